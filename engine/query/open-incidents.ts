import { alertedView } from '../alerts/alerted-view.ts';
import type { GroupAlerts } from '../alerts/group-alerts.ts';
import { groupOf, incidentId } from '../alerts/message.ts';
import { loadGroupAlerts } from '../finalize/outputs/alerts.ts';
import type { Severity } from '../ir/alert.ts';
import type { Value } from '../ir/node.ts';
import type { PipelinePlan, ViewPlan } from '../plan/plan.ts';
import type { JsonScalar } from '../ports/alert-sink.ts';
import type { AlertProgress } from '../state/alert-progress.ts';
import { loadProgress } from '../state/progress.ts';
import { compareText } from '../text/compare-text.ts';
import { formatInstant } from '../time/instant.ts';
import type { OpenWindowPorts } from './open-windows.ts';
import { readWholePages } from './whole-pages.ts';

/** An incident that is on, as it was announced last. */
export interface OpenIncident {
  readonly id: string;
  readonly view: string;
  readonly alert: string;
  readonly severity: Severity;
  readonly group: Readonly<Record<string, JsonScalar>>;
  /** Start of its first window. */
  readonly from: string;
  readonly reason: string;
  /** The id that the grouped message about it has; null where it has messages of its own. */
  readonly groupedIn: string | null;
}

/** All incidents that are on, those of long ago first. */
export async function readOpenIncidents(plan: PipelinePlan, ports: OpenWindowPorts): Promise<readonly OpenIncident[]> {
  const found: OpenIncident[] = [];
  for (const view of plan.views) {
    if (view.alerts.length === 0) continue;
    for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
      for (const incident of await readBucket(view, bucket, ports)) found.push(incident);
    }
  }
  return found.sort((a, b) => compareText(a.from, b.from) || compareText(a.id, b.id));
}

async function readBucket(view: ViewPlan, bucket: number, ports: OpenWindowPorts): Promise<readonly OpenIncident[]> {
  return readWholePages(ports, async () => {
    const { alerts } = await loadProgress(ports.state, view.key, bucket);
    if (alerts === null) return [];
    const { groups } = await loadGroupAlerts(alertedView(view), bucket, ports, alerts);
    return [...groups.values()].flatMap(({ values, states: [state] }) =>
      openOf(view, bucket, values, state as GroupAlerts, alerts),
    );
  });
}

function openOf(
  view: ViewPlan,
  bucket: number,
  values: readonly Value[],
  alerts: GroupAlerts,
  { grouped }: AlertProgress,
): OpenIncident[] {
  const adoptedBy = new Map(grouped.map(({ id, adopted }) => [id, adopted ?? null]));
  return [...alerts].flatMap(([key, { announced }]) => {
    const alert = view.alerts.find((one) => one.key === key)?.definition.name;
    if (alert === undefined) return [];
    return announced
      .filter(({ isOver }) => !isOver)
      .map(({ id, adopted, severity, firstMs, reason, groupedIn }) => ({
        id: incidentId(view, alert, bucket, { id, adopted }),
        view: view.name,
        alert,
        severity,
        group: groupOf(alertedView(view), values),
        from: formatInstant(firstMs),
        reason,
        groupedIn:
          groupedIn === null
            ? null
            : incidentId(view, alert, bucket, { id: groupedIn, adopted: adoptedBy.get(groupedIn) ?? null }),
      }));
  });
}
