import { pairwise } from './pairwise.ts';

test('each two values come together in a row, in far fewer rows than there are combinations', () => {
  const choices = { a: [0, 1, 2], b: [0, 1], c: [0, 1, 2, 3], d: [0, 1], e: [0, 1] };
  const rows = pairwise(choices);
  const names = Object.keys(choices) as (keyof typeof choices)[];
  for (const [index, x] of names.entries()) {
    for (const y of names.slice(index + 1)) {
      for (const vx of choices[x]) {
        for (const vy of choices[y]) expect(rows.some((row) => row[x] === vx && row[y] === vy)).toBe(true);
      }
    }
  }
  expect(rows.length).toBeGreaterThanOrEqual(12);
  expect(rows.length).toBeLessThan(20);
  expect(rows[0]).toEqual({ a: 0, b: 0, c: 0, d: 0, e: 0 });
});
