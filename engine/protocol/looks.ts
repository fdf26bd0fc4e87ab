import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import { LONGEST_DELAY_MS, type LookQueue } from '../ports/look-queue.ts';
import type { StateStore } from '../ports/state-store.ts';
import { looksKey } from '../state/keys.ts';
import { storedJson } from '../state/stored-json.ts';

export interface LookPorts {
  readonly state: StateStore;
  readonly looks: LookQueue;
  readonly clock: Clock;
}

/** A message that is later than this is taken for lost. */
const LOST_AFTER_MS = 30_000;

const CHAIN = Type.Object({
  /** When the message of the turn is to come, by the clock; null where the chain has ended. */
  dueMs: Type.Union([Type.Number(), Type.Null()]),
  /** What the last look found of the view's source. */
  seen: Type.String(),
});

/**
 * The early looks of a (view, bucket): each sends the message of the next one, until a look finds that nothing has come since
 * the one before. The item's version is the turn, and whoever sends a message takes its turn first, on the version that it
 * read. So there is one message that counts, however many there are:
 *
 *   look 7:            reads turn 7 | takes turn 8 | sends 8
 *   look 7, a double:  reads turn 7 |              | cannot take turn 8: ends
 *   sweep, 8 is late:                              |          | takes turn 9, sends 9
 *   look 8, after all:                                                        | reads turn 9: ends
 *
 * A chain that ends looks once more whether something came. An aggregator commits first and asks then whether looks are under
 * way, so one of the two sees the other:
 *
 *   look 9:      nothing new |              | ends: turn 10 | reads the source again: begins turn 11
 *   aggregator:              | commits | "looks are under way"
 */
export interface LookChain extends Readonly<Static<typeof CHAIN>> {
  /** The version of the item; 0 where there is none. */
  readonly turn: number;
}

const readChain = storedJson('what early looks have come to', CHAIN);

export async function loadLooks(state: StateStore, view: string, bucket: number): Promise<LookChain> {
  const item = await state.get(looksKey(view, bucket));
  return item === null ? { turn: 0, dueMs: null, seen: '' } : { ...readChain(item), turn: item.version };
}

/** How often the open windows of a view are looked at; null where none of its alerts is early. */
export function lookEveryMs({ alerts }: Pick<ViewDefinition, 'alerts'>): number | null {
  const each = alerts.flatMap(({ earlyMs }) => (earlyMs === null ? [] : [earlyMs]));
  return each.length === 0 ? null : least([LONGEST_DELAY_MS, ...each]);
}

/** Begins looks at a (view, bucket), unless they are under way. */
export async function beginLooks(view: ViewPlan, bucket: number, ports: LookPorts): Promise<void> {
  const chain = await loadLooks(ports.state, view.key, bucket);
  if (!areUnderWay(chain, ports.clock.nowMs())) await goOn(view, bucket, chain, ports);
}

export function areUnderWay({ dueMs }: LookChain, nowMs: number): boolean {
  return dueMs !== null && nowMs <= dueMs + LOST_AFTER_MS;
}

/** Takes the next turn and sends its message; does nothing where others have taken a turn since. */
export async function goOn(
  view: ViewPlan,
  bucket: number,
  chain: LookChain,
  { state, looks, clock }: LookPorts,
  leastDelayMs = 0,
): Promise<void> {
  const everyMs = lookEveryMs(view.definition);
  if (everyMs === null) return;
  const delayMs = Math.max(everyMs, leastDelayMs);
  const isMine = await takeTurn(state, view, bucket, { ...chain, dueMs: clock.nowMs() + delayMs });
  if (isMine) await looks.send({ view: view.key, bucket, turn: chain.turn + 1 }, delayMs);
}

/** True where nobody has taken a turn since the chain was read, and this one ends it. */
export function endLooks(state: StateStore, view: ViewPlan, bucket: number, chain: LookChain): Promise<boolean> {
  return takeTurn(state, view, bucket, { ...chain, dueMs: null });
}

async function takeTurn(
  state: StateStore,
  view: ViewPlan,
  bucket: number,
  { turn, dueMs, seen }: LookChain,
): Promise<boolean> {
  const condition = turn === 0 ? { kind: 'absent' as const } : { kind: 'version' as const, is: turn };
  const key = looksKey(view.key, bucket);
  const data = JSON.stringify({ dueMs, seen });
  const outcome = await state.transact([{ kind: 'put', key, version: turn + 1, data, condition }]);
  return outcome.kind === 'committed';
}
