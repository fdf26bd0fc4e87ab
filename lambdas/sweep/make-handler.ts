import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { type SweepPorts, type SweepReport, sweepStream } from '../../engine/sweep/sweep.ts';
import type { Log } from '../shared/log.ts';

export interface SweepDeps {
  readonly plan: PipelinePlan;
  readonly ports: SweepPorts;
  readonly log: Log;
}

export type SweepHandler = () => Promise<readonly SweepReport[]>;

/**
 * Sweeps every stream, also where another one fails.
 *
 * @throws AggregateError of all failures, at the end: the function counts as failed, and the next minute sweeps again.
 */
export function makeHandler({ plan, ports, log }: SweepDeps): SweepHandler {
  return async () => {
    const reports: SweepReport[] = [];
    const errors: unknown[] = [];
    for (const stream of plan.streams) {
      try {
        const report = await sweepStream(stream, ports);
        log.info('A stream was swept.', { ...report });
        reports.push(report);
      } catch (error) {
        log.error('A sweep failed. The next one comes in a minute.', { stream: stream.name, error });
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw new AggregateError(errors, `The sweep of ${errors.length} of ${plan.streams.length} streams failed.`);
    }
    return reports;
  };
}
