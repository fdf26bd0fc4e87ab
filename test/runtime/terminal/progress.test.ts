import { createProgress } from '../../../runtime/terminal/progress.ts';

function collect(columns?: number) {
  const writes: string[] = [];
  return { writes, stream: { write: (text: string) => writes.push(text), ...(columns !== undefined && { columns }) } };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that are left out
const shown = (text: string | undefined) => text?.replace(/\u001b\[[?\d]*[A-Za-z]|\r/g, '');

test('nothing is written where there is no terminal', () => {
  const { writes, stream } = collect();
  const progress = createProgress({ stream, isTTY: false, color: true, label: 'weblog', total: 10 });
  progress.update(5);
  progress.finish();
  expect(writes).toEqual([]);
});

test('a bar shows how much is done', () => {
  const { writes, stream } = collect(40);
  const { update } = createProgress({ stream, isTTY: true, color: false, label: 'weblog', total: 200 });
  update(50);
  expect(shown(writes[0])).toBe('weblog  ━━━━━━╸──────────────────  25 %');
});

test('it is drawn once for each percent, however often it is updated', () => {
  const { writes, stream } = collect();
  const { update } = createProgress({ stream, isTTY: true, color: false, label: 'x', total: 100_000 });
  for (let done = 0; done <= 100_000; done++) update(done);
  expect(writes).toHaveLength(101);
  expect(shown(writes.at(-1))).toContain('100 %');
});

test('a total that is told later is used', () => {
  const { writes, stream } = collect();
  const { update } = createProgress({ stream, isTTY: true, color: false, label: 'x' });
  update(512, 1024);
  expect(shown(writes[0])).toContain('50 %');
});

test('without a total the count is shown, every ten thousand', () => {
  const { writes, stream } = collect();
  const { update } = createProgress({ stream, isTTY: true, color: false, label: 'x' });
  for (let done = 0; done < 30_000; done += 1000) update(done);
  expect(writes.map(shown)).toEqual(['x  0', 'x  10,000', 'x  20,000']);
});

test('finishing clears the line and shows the cursor again, once', () => {
  const { writes, stream } = collect();
  const progress = createProgress({ stream, isTTY: true, color: false, label: 'x', total: 4 });
  progress.update(1);
  expect(writes[0]).toContain('\u001b[?25l');
  progress.finish();
  progress.finish();
  progress.update(2);
  expect(writes.slice(1)).toEqual(['\r\u001b[K\u001b[?25h']);
});

test('finishing what was never drawn writes nothing', () => {
  const { writes, stream } = collect();
  createProgress({ stream, isTTY: true, color: false, label: 'x', total: 4 }).finish();
  expect(writes).toEqual([]);
});

test.each([10, 20, 200])('it never fills a line of %i columns to the edge', (columns) => {
  const { writes, stream } = collect(columns);
  createProgress({ stream, isTTY: true, color: false, label: 'a longer label', total: 4 }).update(4);
  expect((shown(writes[0]) ?? '').length).toBeLessThan(columns);
});

test('an empty input is done', () => {
  const { writes, stream } = collect();
  createProgress({ stream, isTTY: true, color: false, label: 'x', total: 0 }).update(0);
  expect(shown(writes[0])).toContain('100 %');
});
