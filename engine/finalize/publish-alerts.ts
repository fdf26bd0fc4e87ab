import { alertedView } from '../alerts/alerted-view.ts';
import type { PublishPorts } from '../alerts/channel-run.ts';
import { type PublishReport, publishViews } from '../alerts/publisher.ts';
import type { PipelinePlan } from '../plan/plan.ts';
import { offerGone, supersedeGone } from './gone-views.ts';

/**
 * Publishes what waits of a pipeline's alerts, also of views that are deployed no more, whose incidents it ends. Safe to call at
 * any time, twice at once, and to kill anywhere.
 */
export async function publishAlerts(plan: PipelinePlan, ports: PublishPorts): Promise<PublishReport> {
  const gone = await supersedeGone(plan, ports);
  const deployed = plan.views.filter(({ alerts }) => alerts.length > 0).map(alertedView);
  const report = await publishViews(plan.name, [...gone, ...deployed], ports);
  await offerGone(gone, ports);
  return report;
}
