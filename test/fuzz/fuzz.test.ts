import { fuzz } from './fuzz.ts';

const INPUTS = 20_000;

test('damaged records crash nothing, and no line of them is lost without a word', () => {
  const outcomes = fuzz('decoder', 1, INPUTS);
  expect([...outcomes.keys()].sort()).toEqual(['no event', 'only events', 'some events']);
});

test('damaged segments are refused whole, or read as something that can be stored again', () => {
  const outcomes = fuzz('segments', 1, INPUTS);
  expect(outcomes.get('refused')).toBeGreaterThan(INPUTS / 2);
  expect(outcomes.get('read behind a right checksum')).toBeGreaterThan(100);
});
