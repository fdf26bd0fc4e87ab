import { operatorFor } from '../../../engine/aggregates/registry.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { SessionSlots } from '../../../engine/finalize/session-slots.ts';
import { BugError } from '../../../engine/ir/bug-error.ts';

const NUMBER = { kind: 'number', nullable: false } as const;
const COUNT = operatorFor({ kind: 'count' }, null);
const OPERATORS = [COUNT, operatorFor({ kind: 'min' }, NUMBER), operatorFor({ kind: 'max' }, NUMBER)];

/** Adds a session of events at these times. */
function add(slots: SessionSlots, group: number, ...timesMs: readonly number[]): number {
  const out = new ByteWriter();
  for (const operator of OPERATORS) {
    const state = operator.create();
    for (const timeMs of timesMs) operator.add(state, timeMs, timeMs);
    operator.encode(state, out);
  }
  const slot = slots.add(group);
  slots.merge(Int32Array.of(slot), new ByteReader(out.finish()));
  return slot;
}

test('a place that was let go is taken again, and nothing is left in it', () => {
  const slots = new SessionSlots(OPERATORS);
  const first = add(slots, 7, 10, 20);
  slots.touch(first);
  slots.link(first, add(slots, 8, 5));
  slots.letGo(first);
  const again = add(slots, 9, 30);
  expect(again).toBe(first);
  expect([slots.groupOf(again), slots.isTouched(again), slots.nextOf(again)]).toEqual([9, false, -1]);
  expect([slots.firstMs(again), slots.lastMs(again), slots.statesOf(again)[0]]).toEqual([30, 30, { count: 1 }]);
});

test('a session takes in what a piece holds, and that it was touched', () => {
  const slots = new SessionSlots(OPERATORS);
  const [session, piece] = [add(slots, 7, 10, 20), add(slots, 7, 25, 26)];
  slots.touch(piece);
  slots.join(piece, session);
  expect([slots.firstMs(session), slots.lastMs(session), slots.statesOf(session)[0]]).toEqual([10, 26, { count: 4 }]);
  expect([slots.isTouched(session), add(slots, 8, 1)]).toEqual([true, piece]);
});

test('many places are told apart', () => {
  const slots = new SessionSlots(OPERATORS);
  const all = Array.from({ length: 1000 }, (_, n) => add(slots, n, n, 2 * n));
  for (const slot of all) if (slot % 2 === 0) slots.letGo(slot);
  const odd = all.filter((slot) => slot % 2 === 1);
  expect(odd.map((slot) => [slots.groupOf(slot), slots.firstMs(slot), slots.lastMs(slot)])).toEqual(
    odd.map((n) => [n, n, 2 * n]),
  );
});

test('operators without the two of times are no sessions', () => {
  expect(() => new SessionSlots([COUNT, COUNT])).toThrow(BugError);
});
