import { createHash } from 'node:crypto';
import type { PipelinePlan, ViewPlan } from '../plan/plan.ts';
import type { Look } from '../ports/look-queue.ts';
import { areUnderWay, beginLooks, endLooks, goOn, type LookPorts, loadLooks, lookEveryMs } from '../protocol/looks.ts';
import { loadSource } from '../sources/registry.ts';
import type { SourceSnapshot } from '../sources/source-kind.ts';
import { type EarlyPorts, noteEarlyIncidents } from './early-alerts.ts';

export type EarlyLookPorts = EarlyPorts & LookPorts;

/** A look that failed is not repeated sooner than this. */
const FAILED_DELAY_MS = 60_000;

/**
 * Handles the message of an early look: notes the incidents that begin in open windows, and sends the message of the next look,
 * unless nothing has come since the last one. A message whose turn is over does nothing.
 *
 * @returns whether it looked, so that there may be something to publish.
 * @throws what made the look fail; the next one is on its way then.
 *
 * @example
 * if (await takeLook(view, { view: view.key, bucket: 0, turn: 8 }, ports)) await publishView(plan.name, view, 0, ports);
 */
export async function takeLook(view: ViewPlan, { bucket, turn }: Look, ports: EarlyLookPorts): Promise<boolean> {
  const chain = await loadLooks(ports.state, view.key, bucket);
  if (chain.turn !== turn || chain.dueMs === null) return false;
  const source = await noteEarlyIncidents(view, bucket, ports).catch(async (error: unknown) => {
    await goOn(view, bucket, chain, ports, FAILED_DELAY_MS);
    throw error;
  });
  const seen = source === null ? chain.seen : seenOf(source);
  const isIdle = source !== null && seen === chain.seen;
  if (!isIdle) await goOn(view, bucket, { ...chain, seen }, ports);
  else if (await endLooks(ports.state, view, bucket, chain)) await beginIfNew(view, bucket, ports);
  return true;
}

/**
 * Begins looks again whose message was lost, and those that nobody began when events came. Run once a minute.
 *
 * @throws the first failure, once all views are done.
 */
export async function reviveLooks(plan: PipelinePlan, ports: LookPorts): Promise<void> {
  const failures: unknown[] = [];
  for (const view of plan.views) {
    if (lookEveryMs(view.definition) === null) continue;
    for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
      await beginIfNew(view, bucket, ports).catch((error: unknown) => failures.push(error));
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Begins looks that are not under way, unless they ended and nothing has come since. */
async function beginIfNew(view: ViewPlan, bucket: number, ports: LookPorts): Promise<void> {
  const chain = await loadLooks(ports.state, view.key, bucket);
  if (areUnderWay(chain, ports.clock.nowMs())) return;
  const hasEnded = chain.dueMs === null;
  if (hasEnded && chain.seen === seenOf(await loadSource(view, bucket, ports.state))) return;
  await beginLooks(view, bucket, ports);
}

/** Differs where events have come in between. */
function seenOf({ origins }: SourceSnapshot): string {
  const positions = origins.map(({ name, position }) => [name, position]);
  return createHash('sha256').update(JSON.stringify(positions)).digest('hex').slice(0, 16);
}
