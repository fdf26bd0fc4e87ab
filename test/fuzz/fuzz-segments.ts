import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { PaneBuffer } from '../../engine/aggregate/pane-buffer.ts';
import { CodecError } from '../../engine/codec/errors.ts';
import { addStoredIds, encodeIds } from '../../engine/dedupe/id-codec.ts';
import { IdSet } from '../../engine/dedupe/id-set.ts';
import type { Groups } from '../../engine/plan/group.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { Random } from '../simulation/random.ts';
import { mutate } from './mutate.ts';
import { pipeline } from './pipeline.ts';

const HEADER_BYTES = 13;

/** A segment of up to a few groups, made of random events. */
function randomSegment(view: ViewPlan, random: Random): Buffer {
  const buffer = new PaneBuffer(view.definition, START_OF_TIME_MS);
  for (let events = random.between(1, 8); events > 0; events--) {
    const event = {
      id: `e${random.below(100)}`,
      user: random.pick(['ann', 'bob', '', 'ü😀', 'x'.repeat(random.below(400))]),
      amount: random.pick([null, 0, -2.5, 1e200, random.below(9)]),
      at: random.below(60_000),
    };
    view.accumulate(event, event.at, buffer);
  }
  const [delta] = buffer.deltas();
  return Buffer.from(view.segments.encode(delta?.groups ?? new Map()));
}

/**
 * Reads one changed segment. What must hold: it is refused with a `CodecError`, and nothing of it is merged; or, where the
 * checksum is right, what it holds can be stored and read again to the same.
 */
export function fuzzSegments(random: Random): string {
  if (random.chance(5)) return fuzzIds(random);
  const view = random.pick(pipeline.views);
  const original = randomSegment(view, random);
  const other = randomSegment(view, random);
  const changed = Buffer.from(mutate(original, other, random));
  // Half of the time the checksum is made right, so that what lies behind it is reached.
  const isSealed = random.chance(50) && changed.length > HEADER_BYTES;
  if (isSealed) {
    original.copy(changed, 0, 0, HEADER_BYTES);
    changed.writeUInt32LE(crc32(changed.subarray(HEADER_BYTES)), 9);
  }
  const groups: Groups = new Map();
  try {
    view.segments.mergeInto(groups, changed);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (groups.size > 0) throw new Error('A damaged segment was merged in part.');
    return 'refused';
  }
  // A splice can be the whole of the other one.
  const isRight = [original, other].some((right) => sameGroups(view, changed, right));
  if (!isSealed && !isRight) {
    throw new Error('A segment that was changed is taken for right.');
  }
  const again: Groups = new Map();
  view.segments.mergeInto(again, view.segments.encode(groups));
  if (again.size !== groups.size) throw new Error('What was read cannot be stored and read again.');
  return isSealed ? 'read behind a right checksum' : 'read';
}

/** Bytes that differ may still hold the same, such as another magic number in what nobody looks at. */
function sameGroups(view: ViewPlan, a: Uint8Array, b: Uint8Array): boolean {
  const [left, right]: [Groups, Groups] = [new Map(), new Map()];
  view.segments.mergeInto(left, a);
  view.segments.mergeInto(right, b);
  return Buffer.compare(view.segments.encode(left), view.segments.encode(right)) === 0;
}

function fuzzIds(random: Random): string {
  const ids = new IdSet();
  for (let count = random.below(20); count > 0; count--) ids.add(random.below(2 ** 32), random.below(2 ** 32));
  const changed = mutate(Buffer.from(encodeIds(ids)), Buffer.from(encodeIds(new IdSet())), random);
  const read = new IdSet();
  try {
    addStoredIds(read, changed);
  } catch (error) {
    if (!(error instanceof CodecError) || read.size > 0) throw error;
    return 'ids refused';
  }
  return 'ids read';
}
