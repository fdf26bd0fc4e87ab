import { fuzz } from './fuzz.ts';

const INPUTS = 7000;

test('damaged records crash nothing, and no line of them is lost without a word', () => {
  const outcomes = fuzz('decoder', 1, INPUTS);
  expect([...outcomes.keys()].sort()).toEqual(['no event', 'only events', 'some events']);
});

test('damaged segments are refused whole, or read as something that can be stored again', () => {
  const outcomes = fuzz('segments', 1, INPUTS);
  for (const outcome of ['refused', 'refused behind a right checksum', 'ids refused', 'ids read']) {
    expect([outcome, outcomes.get(outcome)]).toEqual([outcome, expect.any(Number)]);
  }
  expect(outcomes.get('read behind a right checksum')).toBeGreaterThan(100);
});

test('damaged checkpoints, roll-ups, progress, counts and pages are refused, or read as something that can be stored again', () => {
  const outcomes = fuzz('items', 1, INPUTS);
  const kinds = ['checkpoint', 'lateCounts', 'pages', 'progress', 'rollup'];
  expect([...outcomes.keys()].sort()).toEqual(kinds.flatMap((kind) => [`${kind} read`, `${kind} refused`]));
});
