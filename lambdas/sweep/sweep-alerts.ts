import { reviveLooks } from '../../engine/finalize/early-look.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import { type AlertHealth, readAlertHealth } from '../../engine/query/alert-health.ts';
import { happened } from '../shared/metrics.ts';
import { type PublishDeps, publishTargets } from '../shared/publish-alerts.ts';

interface SweptAlerts extends PublishDeps {
  readonly ports: PublishDeps['ports'] & { readonly looks?: LookQueue | null };
}

/**
 * Each minute: begins early looks again that were lost, publishes what finalizers left over, and tells how the
 * alerts are doing. Never fails: windows become final without it.
 */
export async function sweepAlerts(deps: SweptAlerts, timeLeftMs: () => number): Promise<void> {
  const views = deps.plan.views.filter(({ alerts }) => alerts.length > 0);
  if (views.length === 0) return;
  await reviveLost(deps);
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
