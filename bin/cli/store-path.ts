import type { PipelinePlan } from '../../engine/plan/plan.ts';

/** Where `start` keeps a pipeline's state, and other commands look for it. */
export function defaultStorePath({ name }: Pick<PipelinePlan, 'name'>): string {
  return `.streamgauge/${name}.db`;
}
