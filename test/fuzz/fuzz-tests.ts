import { fuzz } from './fuzz.ts';

/** Damaged inputs of each kind, from seeds `first` on. At least 1,000, or rare outcomes may be missing. */
export function takesDamage(first: number, inputs: number): void {
  test('damaged records crash nothing, and no line of them is lost without a word', () => {
    const outcomes = fuzz('decoder', first, inputs);
    expect([...outcomes.keys()].sort()).toEqual(['no event', 'only events', 'some events']);
  });

  test('of lines that are scanned the same is told as of lines that are parsed', () => {
    const outcomes = fuzz('scanner', first, Math.ceil(inputs / 3));
    expect([...outcomes.keys()].sort()).toEqual(['all plain', 'all scanned', 'not for it', 'some scanned']);
  });

  test('damaged segments are refused whole, or read as something that can be stored again', () => {
    const outcomes = fuzz('segments', first, inputs);
    for (const outcome of ['refused', 'refused behind a right checksum', 'ids refused', 'ids read']) {
      expect([outcome, outcomes.get(outcome)]).toEqual([outcome, expect.any(Number)]);
    }
    expect(outcomes.get('read behind a right checksum')).toBeGreaterThan(inputs / 100);
  });

  test('damaged checkpoints, roll-ups, progress, counts and pages are refused, or read as something that can be stored again', () => {
    const outcomes = fuzz('items', first, inputs);
    const kinds = ['checkpoint', 'lateCounts', 'pages', 'progress', 'rollup'];
    expect([...outcomes.keys()].sort()).toEqual(kinds.flatMap((kind) => [`${kind} read`, `${kind} refused`]));
  });
}
