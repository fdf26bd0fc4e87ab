import { AlertsOutOfTimeError } from '../../adapters/alerts-out-of-time.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { AlertedView } from '../../engine/alerts/alerted-view.ts';
import type { PublishPorts } from '../../engine/alerts/channel-run.ts';
import type { AlertPlaces } from '../../engine/alerts/links.ts';
import { type PublishReport, publishView } from '../../engine/alerts/publisher.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { Log } from './log.ts';
import { happened, type Metrics } from './metrics.ts';

/** Where a function sends alerts. */
export interface AlertSinks {
  readonly of: PublishPorts['sinkOf'];
  /** Of receivers' calls alone: the state keeps time to note how far each channel is. */
  readonly budget: TimeBudget;
  /** What links in messages lead to. */
  readonly places?: AlertPlaces;
}

export interface PublishDeps {
  readonly plan: PipelinePlan;
  readonly ports: Pick<PublishPorts, 'state' | 'pages' | 'clock' | 'pause'>;
  /** Null: others publish. */
  readonly sinks: AlertSinks | null;
  readonly log: Log;
  readonly metrics: Metrics;
}

const NOWHERE: AlertPlaces = { servedAt: null };

export interface PublishTarget {
  readonly view: AlertedView;
  readonly bucket: number;
}

/**
 * Publishes what waits of these. Never fails: what was not sent stays in the outbox, and the sweep of the next minute goes on
 * with it.
 *
 * @param timeLeftMs what receivers may take, of the time of the call.
 */
export async function publishTargets(
  targets: readonly PublishTarget[],
  deps: PublishDeps,
  timeLeftMs: () => number,
): Promise<void> {
  const { plan, ports, sinks, log, metrics } = deps;
  if (sinks === null) return;
  sinks.budget.limitTo(timeLeftMs);
  let [failed, refused] = [0, 0];
  for (const { view, bucket } of targets) {
    try {
      const report = await publishView(plan.name, view, bucket, {
        ...ports,
        sinkOf: sinks.of,
        ...(sinks.places ?? NOWHERE),
      });
      failed += tellFailures(report, log);
      refused += report.refused;
      tellPublished(view.name, bucket, report, log);
    } catch (error) {
      failed++;
      log.error('Alerts could not be published. The next sweep tries again.', { view: view.name, bucket, error });
    }
  }
  const counts = happened({ AlertFailures: failed, AlertsRefused: refused });
  if (Object.keys(counts).length > 0) metrics.ofPipeline(counts);
}

/** How many channels failed: one that was not asked, for the time was up, did not. */
function tellFailures({ failures }: PublishReport, log: Log): number {
  const failed = failures.filter((failure) => !(failure instanceof AlertsOutOfTimeError));
  for (const error of failed)
    log.warn('A receiver did not take an alert. It is sent again by the next sweep.', { error });
  return failed.length;
}

function tellPublished(view: string, bucket: number, { sent, heldBack, refused }: PublishReport, log: Log): void {
  if (sent + heldBack > 0) log.info('Alerts were published.', { view, bucket, sent, heldBack });
  if (refused > 0)
    log.error('Receivers refused alerts for good. They are not sent again; incidents say what they were about.', {
      view,
      bucket,
      refused,
    });
}
