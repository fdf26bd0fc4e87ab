import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { type SweepPorts, type SweepReport, sweepStream } from '../../engine/sweep/sweep.ts';
import { type Invocation, type Log, logOf } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { tellState } from './state-metrics.ts';
import { sweepMetrics } from './sweep-metrics.ts';

export interface SweepDeps {
  readonly plan: PipelinePlan;
  readonly ports: SweepPorts;
  readonly log: Log;
  readonly metrics: Metrics;
}

export type SweepHandler = (event?: unknown, invocation?: Invocation) => Promise<readonly SweepReport[]>;

/**
 * Sweeps every stream, also where another one fails.
 *
 * @throws AggregateError of all failures, at the end: the function counts as failed, and the next minute sweeps again.
 */
export function makeHandler(deps: SweepDeps): SweepHandler {
  const { plan, ports, metrics } = deps;
  return async (_event, invocation) => {
    const log = logOf(deps.log, invocation);
    const reports: SweepReport[] = [];
    const errors: unknown[] = [];
    for (const stream of plan.streams) {
      try {
        const report = await sweepStream(stream, ports);
        log.info('A stream was swept.', { ...report });
        metrics.ofStream(stream.name, sweepMetrics(report, ports.clock.nowMs()));
        reports.push(report);
      } catch (error) {
        log.error('A sweep failed. The next one comes in a minute.', { stream: stream.name, error });
        errors.push(error);
      }
    }
    // Last, for it is only for people, and of streams whose state answers.
    const streams = plan.streams.filter(({ name }) => reports.some((report) => report.stream === name));
    await tellState({ streams, ports, log, metrics });
    if (errors.length > 0) {
      throw new AggregateError(errors, `The sweep of ${errors.length} of ${plan.streams.length} streams failed.`);
    }
    return reports;
  };
}
