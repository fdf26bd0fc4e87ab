import { VARIABLES } from '../../contracts/environment.ts';
import type { Environment } from './config.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import { PowertoolsMetrics } from './powertools-metrics.ts';

/** The metrics that the environment asks for. Without a name for them there are none. */
export function metricsOf(environment: Environment, nowMs: () => number): Metrics {
  const pipeline = environment[VARIABLES.metricsName];
  return pipeline === undefined || pipeline === '' ? noMetrics : new PowertoolsMetrics(pipeline, nowMs);
}

/** Whether the columns of final rows are metrics too. */
export function tellsRows(environment: Environment): boolean {
  return environment[VARIABLES.rowMetrics] === 'true';
}
