import { type AlertedView, alertedView } from '../../engine/alerts/alerted-view.ts';
import type { KnownView } from '../../engine/alerts/alerted-views.ts';
import { reviveLooks } from '../../engine/finalize/early-look.ts';
import { offerGone, supersedeGone } from '../../engine/finalize/gone-views.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import { type AlertHealth, readAlertHealth } from '../../engine/query/alert-health.ts';
import { happened } from '../shared/metrics.ts';
import { type PublishDeps, publishTargets } from '../shared/publish-alerts.ts';

interface SweptAlerts extends PublishDeps {
  readonly ports: PublishDeps['ports'] & { readonly looks?: LookQueue | null };
}

/**
 * Each minute: begins early looks again that were lost, ends the incidents of views that are deployed no more,
 * publishes what is left over, and tells how the alerts are doing. Never fails: windows become final without it.
 */
export async function sweepAlerts(deps: SweptAlerts, timeLeftMs: () => number): Promise<void> {
  const deployed = deps.plan.views.filter(({ alerts }) => alerts.length > 0).map(alertedView);
  // Without any alert the stack has no channel: nobody could be told of what was on before.
  if (deployed.length === 0) return;
  await reviveLost(deps);
  const gone = await supersede(deps);
  const views = [...gone, ...deployed];
  const targets = views.flatMap((view) => Array.from({ length: view.buckets }, (_, bucket) => ({ view, bucket })));
  await publishTargets(targets, deps, timeLeftMs);
  await offer(gone, deps);
  await tellHealth(views, new Set(deployed), deps);
}

/** Views that are deployed no more: what their code has committed and not published is published too. */
async function supersede({ plan, ports, sinks, log }: PublishDeps): Promise<readonly KnownView[]> {
  if (sinks === null) return [];
  try {
    return await supersedeGone(plan, ports);
  } catch (error) {
    log.error('Incidents of views that are deployed no more could not be ended. The next sweep tries again.', {
      error,
    });
    return [];
  }
}

async function offer(gone: readonly KnownView[], { ports, log }: PublishDeps): Promise<void> {
  try {
    await offerGone(gone, ports);
  } catch (error) {
    log.error('Incidents could not be handed on to the views that are deployed now. The next sweep tries again.', {
      error,
    });
  }
}

/** Of a view that is gone there is no metric of its own: what waits is told with the pipeline's. */
async function tellHealth(
  views: readonly AlertedView[],
  deployed: ReadonlySet<AlertedView>,
  deps: PublishDeps,
): Promise<void> {
  const healths: AlertHealth[] = [];
  for (const view of views) {
    try {
      const health = await readAlertHealth(view, deps.ports.state);
      if (deployed.has(view)) tellAlertHealth(view, health, deps);
      healths.push(health);
    } catch (error) {
      deps.log.warn('How the alerts of a view are doing could not be read. The next sweep looks again.', {
        view: view.name,
        error,
      });
    }
  }
  if (healths.length < views.length) return;
  deps.metrics.ofPipeline({
    CriticalAlertsOpen: sumOf(healths.map(({ open }) => open.critical)),
    AlertsWaiting: sumOf(healths.map(({ waiting }) => waiting)),
  });
}

async function reviveLost({ plan, ports, log }: SweptAlerts): Promise<void> {
  const { looks } = ports;
  if (!looks) return;
  try {
    await reviveLooks(plan, { ...ports, looks });
  } catch (error) {
    log.error('Early looks could not be begun again. The next sweep tries it.', { error });
  }
}

export function tellAlertHealth(
  { name }: Pick<AlertedView, 'name'>,
  { open, dropped }: AlertHealth,
  { metrics }: Pick<PublishDeps, 'metrics'>,
): void {
  metrics.ofView(name, {
    AlertsOpen: open.info + open.warning + open.critical,
    ...happened({ AlertsDropped: dropped }),
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
