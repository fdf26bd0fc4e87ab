import type { Random } from '../simulation/random.ts';

/** One step from bytes that are right to bytes that may not be. */
type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const flipBits: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes);
  for (let flips = random.between(1, 8); flips > 0 && changed.length > 0; flips--) {
    const at = random.below(changed.length);
    changed[at] = (changed[at] as number) ^ (1 << random.below(8));
  }
  return changed;
};

const cut: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

const splice: Mutation = (bytes, random, other) =>
  Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]);

const repeat: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1);
  const chunk = bytes.subarray(from, from + random.between(1, 40));
  return Buffer.concat([bytes.subarray(0, from), chunk, chunk, bytes.subarray(from)]);
};

const INTERESTING = [0, 1, 0x22, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xc3, 0xed, 0xff];
const overwrite: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes);
  const from = random.below(changed.length + 1);
  for (let at = from; at < Math.min(changed.length, from + random.between(1, 9)); at++)
    changed[at] = random.pick(INTERESTING);
  return changed;
};

const insert: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const added = Buffer.from(Array.from({ length: random.between(1, 12) }, () => random.below(256)));
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
};

/** Pieces that JSON trips over. */
const PIECES = [
  '{',
  '[[[[[[',
  '\n',
  '\r\n',
  '\n\n',
  '"',
  '\\ud800',
  '\\u0000',
  '1e999',
  '-0',
  '123456789012345678901234567890',
  'null',
  '"__proto__":',
  '"constructor":{}',
  '\u2028',
  ',',
  '\ufeff',
];
const addPiece: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(PIECES)), bytes.subarray(at)]);
};

/** What a length may say: nothing, one more, as many as there are, and far too many, in one byte, in four, as a varint. */
const LENGTHS = [
  [0],
  [1],
  [0x7f],
  [0xff, 0x01],
  [0xff, 0xff, 0x03],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  Array(7).fill(0xff),
];
const editLength: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes);
  const at = random.below(changed.length + 1);
  const before = changed[at] ?? 0;
  const near = [[before + 1], [before - 1], [before * 2]].map(([length = 0]) => [length & 0xff]);
  const length = random.pick([...near, ...LENGTHS]);
  return Buffer.concat([changed.subarray(0, at), Buffer.from(length), changed.subarray(at + 1)]);
};

const MUTATIONS: readonly Mutation[] = [flipBits, cut, splice, repeat, overwrite, insert, addPiece, editLength];

/** Right bytes, changed a few times. `other` are further right bytes to take from. */
export function mutate(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let changed = bytes;
  for (let times = random.between(1, 4); times > 0; times--) changed = random.pick(MUTATIONS)(changed, random, other);
  return changed;
}
