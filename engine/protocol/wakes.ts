import type { ViewPlan } from '../plan/plan.ts';
import type { Wake } from '../ports/finalize-queue.ts';

/** One wake-up for each bucket of a view. */
export function wakesOf(view: ViewPlan, deduplicationId: string): Wake[] {
  return Array.from({ length: view.definition.buckets }, (_, bucket) => ({ view: view.key, bucket, deduplicationId }));
}
