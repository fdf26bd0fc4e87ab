import { noteEarlyIncidents } from '../../engine/finalize/early-alerts.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { type AlertHealth, readAlertHealth } from '../../engine/query/alert-health.ts';
import { happened } from '../shared/metrics.ts';
import { type PublishDeps, publishTargets } from '../shared/publish-alerts.ts';

/**
 * Each minute: looks at open windows for alerts that may be early, publishes what finalizers left over, and tells how the
 * alerts are doing. Never fails: windows become final without it.
 */
export async function sweepAlerts(deps: PublishDeps, timeLeftMs: () => number): Promise<void> {
  const views = deps.plan.views.filter(({ alerts }) => alerts.length > 0);
  if (views.length === 0) return;
  if (deps.sinks !== null) await lookEarly(deps);
  const targets = views.flatMap((view) =>
    Array.from({ length: view.definition.buckets }, (_, bucket) => ({ view, bucket })),
  );
  await publishTargets(targets, deps, timeLeftMs);
  const healths: AlertHealth[] = [];
  for (const view of views) {
    try {
      const health = await readAlertHealth(view, deps.ports.state);
      tellAlertHealth(view, health, deps);
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

async function lookEarly({ plan, ports, log }: PublishDeps): Promise<void> {
  try {
    await noteEarlyIncidents(plan, ports);
  } catch (error) {
    log.error('Open windows could not be looked at for early alerts. The next sweep tries again.', { error });
  }
}

export function tellAlertHealth(
  { name }: Pick<ViewPlan, 'name'>,
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
