import type { Verdict } from '../../../engine/plan/alerts.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import { naiveIncidents } from '../../engine/alerts/naive-incidents.ts';
import { type BelievedIncident, believed } from '../../support/announced.ts';
import { FEW, MANY } from '../alerted.ts';
import type { World } from '../world.ts';

const SLIDE_MS = 10_000;

/**
 * A receiver of all messages, in the order in which they came, ends with the incidents of the final rows. Of a view whose key has
 * left it may know more, of which none is on.
 */
export function checkAlerts(world: World): string[] {
  if (!world.isAlerted) return [];
  try {
    const is = believed(world.alerts.received).map((one) => JSON.stringify(one));
    const should = world.plan.views.flatMap((view) => incidentsOf(world, view)).sort();
    return [
      ...should.filter((one) => !is.includes(one)).map((one) => `nobody was told of the incident ${one}`),
      ...is
        .filter((one) => !should.includes(one) && !(isChanged(world) && isOver(one)))
        .map((one) => `receivers believe in the incident ${one}`),
    ];
  } catch (error) {
    return [`receivers cannot make sense of the alerts: ${(error as Error).message}`];
  }
}

function isChanged({ plan, firstPlan }: World): boolean {
  return plan.views.some(({ key }) => !firstPlan.views.some((view) => view.key === key));
}

function isOver(incident: string): boolean {
  return (JSON.parse(incident) as BelievedIncident).to !== null;
}

function incidentsOf(world: World, view: ViewPlan): string[] {
  const [alert] = view.definition.alerts;
  if (alert === undefined) return [];
  const rows = world.results.live().filter((row) => row.view === view.key);
  const starts = rows.map(({ windowStartMs }) => windowStartMs);
  const originMs = Math.min(...starts);
  const windows = (Math.max(...starts) - originMs) / SLIDE_MS + 10;
  const groups = new Map(rows.map(({ group }) => [group, JSON.parse(group) as readonly unknown[]]));
  return [...groups].flatMap(([group, values]) => {
    const verdicts = new Array<Verdict | null>(windows).fill(null);
    for (const row of rows.filter((one) => one.group === group && !one.partial)) {
      const { events } = JSON.parse(row.columns) as { readonly events: number };
      const severity = events >= MANY ? 'critical' : 'warning';
      if (events >= FEW) verdicts[(row.windowStartMs - originMs) / SLIDE_MS] = { kind: 'fires', severity, reason: '' };
    }
    const rules = { slideMs: SLIDE_MS, forWindows: alert.forWindows, cooldownMs: alert.cooldownMs };
    return naiveIncidents(verdicts, rules, originMs).map(({ firstMs, lastMs, severity }) =>
      JSON.stringify({
        alert: alert.name,
        group: JSON.stringify(values.length === 0 ? {} : { user: values[0] }),
        from: new Date(firstMs).toISOString(),
        to: new Date(lastMs + (view.window.grid?.sizeMs ?? 0)).toISOString(),
        severity,
      }),
    );
  });
}
