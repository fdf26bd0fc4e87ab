import { Type } from 'typebox';
import { parseCheckpoint } from '../../../engine/state/checkpoint.ts';
import { StateFormatError } from '../../../engine/state/errors.ts';
import { formatLateCounts, parseLateCounts } from '../../../engine/state/late-counts.ts';
import { parseProgress } from '../../../engine/state/progress.ts';
import { storedJson } from '../../../engine/state/stored-json.ts';

const read = storedJson('a list of times', Type.Object({ times: Type.Array(Type.Number()) }));
const itemOf = (data: string | Uint8Array) => ({ key: { partition: 'p', sort: 's' }, version: 1, data });

test('an item of the right shape is read, with fields of a later version too', () => {
  expect(read(itemOf('{"times":[1,-0.5],"more":true}'))).toEqual({ times: [1, -0.5], more: true });
});

test.each([
  [Uint8Array.of(1), 'a list of times is text'],
  ['', 'a list of times is JSON'],
  ['{"times":[1]', 'a list of times is JSON'],
  ['null', "of a list of times, '/' must be object"],
  ['{}', "of a list of times, '/' must have required properties times"],
  ['{"times":[1,null]}', "of a list of times, '/times/1' must be number"],
  ['{"times":[1e999]}', "of a list of times, '/times/0' must be number"],
  ['{"__proto__":{"times":[]}}', "of a list of times, '/' must have required properties times"],
])('%j is refused with its key and what was expected', (data, expectation) => {
  const message = `The state item p / s cannot be read: ${expectation}. Was it written by something else?`;
  expect(() => read(itemOf(data))).toThrow(new StateFormatError(itemOf(data).key, expectation));
  expect(() => read(itemOf(data))).toThrow(message);
});

test('a checkpoint without a watermark is refused: it would close no window, or all', () => {
  expect(() => parseCheckpoint(itemOf('{"shard":"s"}'))).toThrow(StateFormatError);
});

test('progress whose state cutoff is no number is refused', () => {
  expect(() => parseProgress(itemOf('{"stateCutoffMs":"2026"}'))).toThrow(
    "of progress, '/stateCutoffMs' must be number",
  );
});

test('a count of late events that missed more windows than there can be is refused: each would be looked up', () => {
  const count = { atMs: 5, missed: 1500, values: ['ann', null, 1.5, true, 9007199254740993n], events: 2 };
  expect(parseLateCounts(itemOf(formatLateCounts([count])))).toEqual([count]);
  for (const missed of [0, 1501, 2 ** 52]) {
    expect(() => parseLateCounts(itemOf(formatLateCounts([{ ...count, missed }])))).toThrow(StateFormatError);
  }
});
