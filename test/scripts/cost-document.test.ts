import { readFileSync } from 'node:fs';
import { COST_DOCUMENTS, withCosts } from '../../scripts/cost-document/with-costs.ts';

test.each(COST_DOCUMENTS)('%s shows costs as they are: npm run docs:cost writes them anew', async (path) => {
  const text = readFileSync(path, 'utf8');
  expect(await withCosts(path, text)).toBe(text);
});

test('the documents show commands, tables and presets', async () => {
  const [document = '', readme = '', presets = ''] = COST_DOCUMENTS.map((path) => readFileSync(path, 'utf8'));
  expect(document.match(/^npx streamgauge cost /gm)?.length).toBeGreaterThanOrEqual(4);
  for (const name of ['rates', 'idle', 'carried', 'early', 'prices', 'resources'])
    expect(document).toContain(`<!-- costs: ${name} -->`);
  expect(readme).toContain('<!-- costs: idle -->');
  expect(presets.match(/^ \* \| `(lowLatency|balanced|lowCost)` /gm)).toHaveLength(3);
});

test('what is out of date is replaced, and the rest stays', async () => {
  const stale = 'before\n<!-- costs: idle -->\nold\n<!-- end -->\nafter\n';
  const fresh = await withCosts('docs/any.md', stale);
  expect(fresh).toMatch(/^before\n<!-- costs: idle -->\n\| deployment[\s\S]*\n<!-- end -->\nafter\n$/);
  const sentence = await withCosts('docs/any.md', 'It costs $<!-- cost: idle -->0.01<!-- end --> a month.');
  expect(sentence).toMatch(/^It costs \$<!-- cost: idle -->\d+\.\d\d<!-- end --> a month\.$/);
  expect(sentence).not.toContain('0.01<');
  await expect(withCosts('docs/any.md', '<!-- costs: none -->\n\n<!-- end -->')).rejects.toThrow(
    "docs/any.md asks for the table 'none', which there is not.",
  );
});
