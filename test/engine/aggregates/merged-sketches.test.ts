import { entryOfHash, HyperLogLog, rankOf, registerOf } from '../../../engine/aggregates/hyper-log-log.ts';
import { readHyperLogLog, writeHyperLogLog } from '../../../engine/aggregates/hyper-log-log-codec.ts';
import { MergedSketches } from '../../../engine/aggregates/merged-sketches.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { Random } from '../../oracle/random-events.ts';

function bytesOf(sketches: readonly HyperLogLog[]): Uint8Array {
  const out = new ByteWriter();
  for (const sketch of sketches) writeHyperLogLog(sketch, out);
  return out.finish().slice();
}

function randomSketch(random: Random, hashes: number): HyperLogLog {
  const sketch = new HyperLogLog();
  for (let i = 0; i < hashes; i++) {
    const entry = entryOfHash(random.below(2 ** 32) | 0, random.below(2 ** 32) | 0);
    sketch.raise(registerOf(entry), rankOf(entry));
  }
  return sketch;
}

test.each([
  ['empty and small ones', [0, 1, 3, 30], 12, 6],
  ['ones that outgrow the list', [0, 30, 300], 5, 8],
  ['sparse ones with tables', [100, 600, 1_500], 4, 6],
  ['dense ones among small ones', [2, 40, 15_000], 4, 6],
])('merges what is stored as sketches do: %s', (_name, sizes, groupCount, segments) => {
  const random = new Random(11);
  const merged = new MergedSketches();
  const expected = Array.from({ length: groupCount + 1 }, () => new HyperLogLog());
  for (let segment = 1; segment <= segments; segment++) {
    // Groups come to be as segments do.
    const known = Math.ceil((groupCount * segment) / segments);
    const groups = Int32Array.from({ length: known }, (_, i) => i).filter(() => random.chance(0.7));
    const sketches = Array.from(groups, () => randomSketch(random, random.pick(sizes as [number, ...number[]])));
    const bytes = bytesOf(sketches);
    const input = new ByteReader(bytes);
    merged.merge(groups, known, input);
    expect(input.remaining).toBe(0);
    const read = new ByteReader(bytes);
    for (const group of groups) expected[group]?.merge(readHyperLogLog(read));
    const group = random.below(groupCount);
    expect(bytesOf([merged.stateOf(group)])).toEqual(bytesOf([expected[group] as HyperLogLog]));
  }
  for (const [group, sketch] of expected.entries()) {
    const state = merged.stateOf(group);
    expect(state.estimate()).toBe(sketch.estimate());
    expect(bytesOf([state])).toEqual(bytesOf([sketch]));
  }
});

test('a state that was looked at stays as it was while the list grows', () => {
  const random = new Random(5);
  const merged = new MergedSketches();
  const [first, second] = [randomSketch(random, 50), randomSketch(random, 400)];
  merged.merge(Int32Array.of(0), 1, new ByteReader(bytesOf([first])));
  const state = merged.stateOf(0);
  for (let group = 1; group < 20; group++) merged.merge(Int32Array.of(group), 20, new ByteReader(bytesOf([second])));
  expect(state.estimate()).toBe(first.estimate());
});

test('a state that was looked at takes more', () => {
  const random = new Random(6);
  const merged = new MergedSketches();
  const [one, other] = [randomSketch(random, 60), randomSketch(random, 60)];
  merged.merge(Int32Array.of(0), 1, new ByteReader(bytesOf([one])));
  const state = merged.stateOf(0);
  state.merge(other);
  one.merge(other);
  expect(bytesOf([state])).toEqual(bytesOf([one]));
});

test('damaged bytes are told', () => {
  const merged = new MergedSketches();
  expect(() => merged.merge(Int32Array.of(0), 1, new ByteReader(Uint8Array.of(0xff, 0xff, 0x7f)))).toThrow(CodecError);
});
