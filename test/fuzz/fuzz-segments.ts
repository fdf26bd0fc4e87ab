import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { CodecError } from '../../engine/bytes/errors.ts';
import type { Groups } from '../../engine/codec/group.ts';
import { mergeGroups } from '../../engine/codec/merge-groups.ts';
import { inObjects, NO_GROUPS } from '../../engine/codec/packed-groups.ts';
import type { GroupsCodec } from '../../engine/codec/segment.ts';
import { addStoredIds, encodeIds } from '../../engine/dedupe/id-codec.ts';
import { IdSet } from '../../engine/dedupe/id-set.ts';
import { historyCodec } from '../../engine/finalize/rolling-histories.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { RowOperators } from '../../engine/plan/row-operators.ts';
import type { RowState } from '../../engine/plan/row-state.ts';
import { PaneBuffer } from '../../engine/protocol/pane-buffer.ts';
import { START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { Random } from '../simulation/random.ts';
import { mutate } from './mutate.ts';
import { pipeline, stateful } from './pipeline.ts';
import { damagedBehindChecksum, damagedBehindSeal, plainBytes } from './sealed.ts';

type Stored = Pick<ViewPlan, 'operators'> & { readonly segments: GroupsCodec };

/** Segments of up to a few groups, made of random events. */
function randomGroups(view: ViewPlan, random: Random): Groups {
  const buffer = new PaneBuffer(view.definition, START_OF_TIME_MS);
  for (let events = random.below(9); events > 0; events--) {
    const event = {
      id: `e${random.below(100)}`,
      user: random.pick(['ann', 'bob', '', 'ü😀', '\u0000', 'x'.repeat(random.below(400))]),
      amount: random.pick([null, 0, -2.5, 1e200, 1e308, 5e-324, random.below(9)]),
      items: random.pick([null, random.below(3)]),
      paid: random.pick([null, true, false]),
      born: random.pick([null, random.below(60_000)]),
      place: random.pick([null, { city: random.pick(['Bonn', '', '😀']) }]),
      at: random.below(60_000),
    };
    view.accumulate(event, event.at, buffer);
  }
  const [delta] = buffer.deltas();
  return inObjects(delta?.groups ?? NO_GROUPS);
}

const OPERATORS = new RowOperators((stateful as ViewPlan).definition);
const HISTORIES: Stored = { segments: historyCodec(stateful as ViewPlan), operators: [] };

/** What each group's last rows had, as it is kept in pages. */
function randomHistories(random: Random): Groups {
  const names = Array.from({ length: random.below(4) }, (_, index) => `group ${index}`);
  const history = (): RowState => {
    const states = OPERATORS.create();
    for (let startMs = 0, rows = random.below(random.chance(8) ? 70 : 9); rows > 0; rows--, startMs += 60_000) {
      const row = { events: random.pick([null, 0, -1.5, 1e300, random.below(9), random.below(9)]) };
      const window = { startMs, endMs: startMs + 60_000 };
      for (let index = 0; index < OPERATORS.count; index++) OPERATORS.step(index, states, row, window);
      if (random.chance(9)) OPERATORS.skip(states, 1 + random.below(3));
    }
    return { lastStartMs: random.below(60_000), lastFilledMs: random.below(60_000), states };
  };
  return new Map(names.map((name) => [name, { values: [name], states: [history()] }]));
}

/**
 * Reads one changed segment. What must hold: it is refused with a `CodecError`, and nothing of it is merged; or, where the
 * checksum is right, what it holds is no more than its bytes can be, and can be merged, shown, stored and read again.
 */
export function fuzzSegments(random: Random): string {
  if (random.chance(5)) return fuzzIds(random);
  const isHistory = random.chance(10);
  const view = random.pick(pipeline.views);
  const stored = isHistory ? HISTORIES : view;
  const right = (): Buffer =>
    Buffer.from(stored.segments.encode(isHistory ? randomHistories(random) : randomGroups(view, random)));
  const [original, other] = [right(), right()];
  switch (random.below(3)) {
    case 0:
      return checkUnsealed(stored, mutate(original, other, random), [original, other]);
    case 1:
      return checkSealed(stored, damagedBehindChecksum(original, other, random), original);
    default:
      return checkSealed(stored, damagedBehindSeal(original, other, random), original);
  }
}

/** The groups of a segment, or null where it is refused. */
function read(stored: Stored, bytes: Uint8Array): Groups | null {
  const groups: Groups = new Map();
  try {
    stored.segments.mergeInto(groups, bytes);
    return groups;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (groups.size > 0) throw new Error('A damaged segment was merged in part.');
    return null;
  }
}

function checkUnsealed(stored: Stored, changed: Buffer, rights: readonly Buffer[]): string {
  const groups = read(stored, changed);
  if (groups === null) return 'refused';
  // A splice can be the whole of the other one, and bytes that differ may hold the same.
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const found = text(stored.segments.encode(groups));
  const isRight = rights.some((right) => text(stored.segments.encode(read(stored, right) ?? new Map())) === found);
  if (!isRight) throw new Error('A segment that was changed is taken for right.');
  return 'read';
}

function checkSealed(stored: Stored, changed: Buffer, original: Buffer): string {
  const groups = read(stored, changed);
  if (groups === null) return 'refused behind a right checksum';
  const most = Math.max(1, plainBytes(changed));
  if (groups.size > most) throw new Error(`${groups.size} groups come out of ${most} bytes.`);
  const again = read(stored, stored.segments.encode(groups));
  if (again?.size !== groups.size) throw new Error('What was read cannot be stored and read again.');
  if (stored.operators.length > 0) {
    mergeGroups(again, read(stored, original) ?? new Map(), stored.operators);
    for (const { states } of again.values()) show(stored, states);
  }
  return 'read behind a right checksum';
}

/** Shows each aggregate. A variance below 0 is the one thing that is refused only then. */
function show({ operators }: Stored, states: readonly unknown[]): void {
  try {
    operators.forEach((operator, index) => {
      JSON.stringify(operator.result(states[index], 60_000));
    });
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
}

const IDS_CHECKSUM_AT = 2;
const IDS_HEADER_BYTES = 6;

function fuzzIds(random: Random): string {
  const ids = new IdSet();
  for (let count = random.below(20); count > 0; count--) ids.add(random.below(2 ** 32), random.below(2 ** 32));
  const changed = Buffer.from(mutate(Buffer.from(encodeIds(ids)), Buffer.from(encodeIds(new IdSet())), random));
  if (random.chance(50) && changed.length >= IDS_HEADER_BYTES) {
    changed.writeUInt32LE(crc32(changed.subarray(IDS_HEADER_BYTES)), IDS_CHECKSUM_AT);
  }
  const known = new IdSet();
  try {
    addStoredIds(known, changed);
  } catch (error) {
    if (!(error instanceof CodecError) || known.size > 0) throw error;
    return 'ids refused';
  }
  if (known.size * 8 > changed.length) throw new Error('More ids are read than there are bytes for.');
  return 'ids read';
}
