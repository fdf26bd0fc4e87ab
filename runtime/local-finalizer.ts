import { type FinalizePorts, type FinalizeResult, finalizeView } from '../engine/finalize/finalizer.ts';
import type { PipelinePlan, ViewPlan } from '../engine/plan/plan.ts';
import type { Wake } from '../engine/ports/finalize-queue.ts';

/** A finalize queue that a process on this machine empties itself. */
export interface LocalQueue {
  waiting(limit: number): Promise<readonly { readonly id: number; readonly wake: Wake }[]>;
  remove(ids: readonly number[]): Promise<void>;
}

/** Does what the finalize Lambda does: handles waiting wake-ups, one (view, bucket) at a time, until none is left. `tell` is told of each. */
export async function drainFinalizeQueue(
  plan: PipelinePlan,
  queue: LocalQueue,
  ports: FinalizePorts,
  tell: (view: ViewPlan, result: FinalizeResult) => void = () => undefined,
): Promise<void> {
  for (;;) {
    const waiting = await queue.waiting(100);
    if (waiting.length === 0) return;
    // Several wake-ups of one bucket say the same: look.
    const targets = new Map(waiting.map(({ wake }) => [`${wake.view}#${wake.bucket}`, wake]));
    for (const { view: key, bucket } of targets.values()) {
      const view = plan.finalized.find((candidate) => candidate.key === key);
      // A wake-up for a definition that is no longer deployed has nobody to wake.
      if (view) tell(view, await finalizeView(view, bucket, ports));
    }
    await queue.remove(waiting.map(({ id }) => id));
  }
}

/** Finalizes every view as far as the watermark allows, woken or not. */
export async function finalizeAll(plan: PipelinePlan, ports: FinalizePorts): Promise<void> {
  for (const view of plan.finalized) {
    for (let bucket = 0; bucket < view.definition.buckets; bucket++) await finalizeView(view, bucket, ports);
  }
}
