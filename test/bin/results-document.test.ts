import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../bin/cli/main.ts';

const ROOT = resolve(__dirname, '../..');

test('docs/results.md shows what its commands print', async () => {
  const page = readFileSync(join(ROOT, 'docs/results.md'), 'utf8');
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  const dir = mkdtempSync(join(ROOT, '.streamgauge', 'results-'));
  const commands = page
    .split('\n')
    .filter((line) => line.startsWith('npx streamgauge '))
    .slice(0, 3)
    .map((line) =>
      line
        .split(' ')
        .slice(2)
        .map((part) => part.replace(/^out\//, `${dir}/`)),
    );
  const before = process.cwd();
  process.chdir(ROOT);
  try {
    const printed: string[] = [];
    for (const args of commands) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      expect(await main(args, { stdout, stderr, env: {} })).toBe(0);
      printed.push(String(stdout.read() ?? ''));
    }
    const [, table = '', json = ''] = printed;
    // The cursor below the table is of no use to a reader.
    expect(page).toContain(table.split('\n').slice(0, 4).join('\n'));
    expect(page).toContain(json.trim());
  } finally {
    process.chdir(before);
    rmSync(dir, { recursive: true });
  }
});
