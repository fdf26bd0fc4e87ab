import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import type { PageStore } from '../../engine/ports/page-store.ts';
import { noteBehind } from '../../engine/sweep/behind.ts';
import { type SweepPorts, type SweepReport, sweepStream } from '../../engine/sweep/sweep.ts';
import { type Invocation, type Log, logOf } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { AlertSinks } from '../shared/publish-alerts.ts';
import { limitCalls, remainingMs, type Timed } from '../shared/time-limit.ts';
import { tellState } from './state-metrics.ts';
import { sweepAlerts } from './sweep-alerts.ts';
import { furthestBehindMs, sweepMetrics } from './sweep-metrics.ts';

export interface SweepDeps {
  readonly plan: PipelinePlan;
  /** Pages hold what is left to publish of alerts. Without `looks` no alert is early. */
  readonly ports: SweepPorts & { readonly pages: PageStore; readonly looks?: LookQueue | null };
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where alerts go. Null: others publish them. */
  readonly sinks: AlertSinks | null;
  /** Removes large items' objects that nothing refers to, and says how many; where it is missing there are no objects. */
  readonly removeOrphans?: (nowMs: number) => Promise<number>;
  /** Of the ports' calls. */
  readonly budget: TimeBudget;
}

/** Kept back from the function's time: to say what failed, and to note how far alerts were sent. */
const KEPT_MS = { forAnswer: 2000, forNotes: 5000 } as const;
/** Receivers of alerts that are slow leave time to look at the state. */
const MAX_PUBLISHING_MS = 20_000;

export type SweepHandler = (event?: unknown, invocation?: Invocation & Timed) => Promise<readonly SweepReport[]>;

/**
 * Sweeps every stream, also where another one fails, or does not answer: each gets an equal share of the time that is
 * left, and what one leaves of it is for those after it.
 *
 * @throws AggregateError of all failures, at the end: the function counts as failed, and the next minute sweeps again.
 */
export function makeHandler(deps: SweepDeps): SweepHandler {
  const { plan, ports, metrics, budget } = deps;
  return async (_event, invocation) => {
    const log = logOf(deps.log, invocation);
    const reports: SweepReport[] = [];
    const errors: unknown[] = [];
    for (const [index, stream] of plan.streams.entries()) {
      limitToShare(budget, invocation, plan.streams.length - index);
      try {
        const report = await sweepStream(stream, ports);
        const { behind, ...told } = report;
        log.info('A stream was swept.', told);
        metrics.ofStream(stream.name, sweepMetrics(report, ports.clock.nowMs()));
        for (const [view, lagMs] of Object.entries(report.finalizeLagMs))
          metrics.ofView(view, { FinalizeLagMs: lagMs });
        reports.push(report);
        await tellBehind(stream.name, behind, ports, log);
      } catch (error) {
        log.error('A sweep failed. The next one comes in a minute.', { stream: stream.name, error });
        errors.push(error);
      }
    }
    if (reports.length > 0) metrics.ofPipeline({ FinalizeLagMs: furthestBehindMs(reports) });
    limitToShare(budget, invocation, 1);
    const publishUntilMs = ports.clock.nowMs() + MAX_PUBLISHING_MS;
    await sweepAlerts({ ...deps, log }, () =>
      Math.min(publishUntilMs - ports.clock.nowMs(), remainingMs(invocation) - KEPT_MS.forNotes),
    );
    // Last, for it is only for people, and of streams whose state answers.
    const streams = plan.streams.filter(({ name }) => reports.some((report) => report.stream === name));
    await tellState({ streams, ports, log, metrics });
    if (deps.removeOrphans !== undefined && isFirstOfDay(ports.clock.nowMs())) {
      log.info('Objects that nothing refers to were removed.', {
        objects: await deps.removeOrphans(ports.clock.nowMs()),
      });
    }
    if (errors.length > 0) {
      throw new AggregateError(errors, `The sweep of ${errors.length} of ${plan.streams.length} streams failed.`);
    }
    return reports;
  };
}

/** For the API. The sweep is done, and only what people are told is missing. */
async function tellBehind(
  stream: string,
  behind: SweepReport['behind'],
  { state, clock }: SweepPorts,
  log: Log,
): Promise<void> {
  try {
    await noteBehind(stream, behind, state, clock.nowMs());
  } catch (error) {
    log.warn('Which views are behind could not be noted. The next sweep notes it.', { stream, error });
  }
}

/** Whether a sweep of each minute is the first one of a day, in UTC. One that fails is made up for the day after. */
function isFirstOfDay(nowMs: number): boolean {
  return nowMs % DAY_MS < MINUTE_MS;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Limits calls to one share of so many of the time that is left. */
function limitToShare(budget: TimeBudget, invocation: Timed | undefined, shares: number): void {
  const leftMs = remainingMs(invocation) - KEPT_MS.forAnswer;
  const forOthersMs = Number.isFinite(leftMs) ? leftMs - leftMs / shares : 0;
  limitCalls(budget, invocation, KEPT_MS.forAnswer + forOthersMs);
}
