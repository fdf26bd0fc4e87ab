import { VARIABLES } from '../../contracts/environment.ts';
import type { Environment } from './config.ts';
import { EmbeddedMetrics } from './embedded-metrics.ts';
import { type Metrics, noMetrics } from './metrics.ts';

/** The metrics that the environment asks for. Without a name for them there are none. */
export function metricsOf(environment: Environment, nowMs: () => number): Metrics {
  const pipeline = environment[VARIABLES.metricsName];
  return pipeline === undefined || pipeline === '' ? noMetrics : new EmbeddedMetrics(pipeline, nowMs);
}

/** Whether the columns of final rows are metrics too. */
export function tellsRows(environment: Environment): boolean {
  return environment[VARIABLES.rowMetrics] === 'true';
}
