import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';

/** The view of a message; null where the code has none such, as after a change of its definition. */
export function findView(plan: PipelinePlan, key: string, bucket: number): ViewPlan | null {
  const view = plan.finalized.find((candidate) => candidate.key === key);
  return view !== undefined && bucket >= 0 && bucket < view.definition.buckets ? view : null;
}
