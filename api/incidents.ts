import type { Acknowledgement } from '../engine/alerts/acknowledgements.ts';
import { isClosing } from '../engine/alerts/message.ts';
import { describeExpression } from '../engine/expression/describe.ts';
import type { PipelinePlan } from '../engine/plan/plan.ts';
import type { AlertMessage } from '../engine/ports/alert-sink.ts';
import { presentIncidents } from '../engine/query/announced.ts';
import type { OpenIncident } from '../engine/query/open-incidents.ts';
import { parseInstant } from '../engine/time/instant.ts';
import type { Incident } from './schemas/alerts.ts';
import type { IncidentLine } from './schemas/overview.ts';

const RANK = { critical: 0, warning: 1, info: 2 } as const;
const MAX_WORST = 10;
const MAX_LINES = 20;

type Acknowledgements = ReadonlyMap<string, Acknowledgement>;

/** What incidents are made of. */
export interface IncidentSources {
  readonly plan: PipelinePlan;
  readonly open: readonly OpenIncident[];
  readonly acknowledgements: Acknowledgements;
  /** What the outboxes still hold, and what is remembered beside them. */
  readonly messages: readonly AlertMessage[];
}

/** Incidents that are on, the worst first, and then those that are over and of which the outbox still tells. */
export function listIncidents(sources: IncidentSources): Incident[] {
  const on = foldStorms(sources.open).map((storm) => openIncident(storm, sources));
  const known = new Set([...on.map(({ id }) => id), ...sources.open.map(({ id }) => id)]);
  const over = presentIncidents(sources.messages)
    .filter((message) => !known.has(message.id) && isOver(message))
    .map((message) => overIncident(message, sources))
    .sort((a, b) => (b.until ?? b.from) - (a.until ?? a.from));
  return [...on, ...over];
}

function isOver(message: AlertMessage): boolean {
  return message.grouped === null ? isClosing(message) : message.grouped.open === 0;
}

/** Incidents of one alert that were told of in one message, or one that has messages of its own: the worst first. */
export interface Storm {
  readonly id: string;
  readonly worst: OpenIncident;
  readonly incidents: readonly OpenIncident[];
}

/** The worst first; of one severity, those of long ago first. */
export function foldStorms(open: readonly OpenIncident[]): readonly Storm[] {
  const byId = new Map<string, OpenIncident[]>();
  for (const incident of open) {
    const id = incident.groupedIn ?? incident.id;
    byId.set(id, [...(byId.get(id) ?? []), incident]);
  }
  const bySeverity = (a: OpenIncident, b: OpenIncident) => RANK[a.severity] - RANK[b.severity];
  return [...byId]
    .map(([id, all]) => {
      const incidents = [...all].sort(bySeverity);
      return { id, incidents, worst: incidents[0] as OpenIncident };
    })
    .sort((a, b) => bySeverity(a.worst, b.worst));
}

/** The lines of the overview: the worst 20 by id. */
export function incidentLines(
  open: readonly OpenIncident[],
  acknowledgements: Acknowledgements,
): Record<string, IncidentLine> {
  const lines = foldStorms(open)
    .slice(0, MAX_LINES)
    .map(({ id, worst, incidents }): [string, IncidentLine] => [
      id,
      {
        view: worst.view,
        alert: worst.alert,
        severity: worst.severity,
        group: isStorm(worst) ? {} : worst.group,
        groups: incidents.length,
        reason: worst.reason,
        from: firstOf(incidents),
        acknowledged: acknowledgements.has(id),
      },
    ]);
  return Object.fromEntries(lines);
}

function openIncident(
  { id, worst, incidents }: Storm,
  { plan, acknowledgements, messages }: IncidentSources,
): Incident {
  const seen = acknowledgements.get(id);
  return {
    id,
    view: worst.view,
    alert: worst.alert,
    severity: worst.severity,
    state: seen === undefined ? 'open' : 'acknowledged',
    group: isStorm(worst) ? {} : worst.group,
    groups: incidents.length,
    worst: isStorm(worst) ? incidents.slice(0, MAX_WORST).map(({ group, reason }) => ({ group, reason })) : [],
    from: firstOf(incidents),
    until: null,
    reason: worst.reason,
    acknowledgement: seen === undefined ? null : { at: seen.atMs, by: seen.by, note: seen.note },
    transitions: transitionsOf(id, messages),
    rule: ruleOf(plan, worst),
  };
}

function overIncident(message: AlertMessage, { plan, messages }: IncidentSources): Incident {
  const { id, view, alert, severity, group, grouped, from, to, reason } = message;
  return {
    id,
    view,
    alert,
    severity,
    state: 'resolved',
    group: group ?? {},
    groups: grouped?.count ?? 1,
    worst: (grouped?.worst ?? []).slice(0, MAX_WORST).map((each) => ({ group: each.group, reason: each.reason })),
    from: parseInstant(from),
    until: to === null ? null : parseInstant(to),
    reason,
    acknowledgement: null,
    transitions: transitionsOf(id, messages),
    rule: ruleOf(plan, message),
  };
}

function transitionsOf(id: string, messages: readonly AlertMessage[]): Incident['transitions'] {
  return messages
    .filter((message) => message.id === id)
    .sort((a, b) => a.sequence - b.sequence)
    .filter(({ sequence }, i, all) => sequence !== all[i - 1]?.sequence)
    .map(({ sequence, window_start, window_end, kind, reason }) => ({
      sequence,
      at: parseInstant(window_end),
      kind,
      window_start: parseInstant(window_start),
      reason,
    }));
}

function isStorm({ groupedIn }: OpenIncident): boolean {
  return groupedIn !== null;
}

function firstOf(incidents: readonly OpenIncident[]): number {
  return incidents.reduce((first, { from }) => Math.min(first, parseInstant(from)), Number.POSITIVE_INFINITY);
}

function ruleOf({ views }: PipelinePlan, { view, alert }: { readonly view: string; readonly alert: string }): string {
  const rule = views.find(({ name }) => name === view)?.definition.alerts.find(({ name }) => name === alert);
  return rule === undefined ? '' : `where ${describeExpression(rule.when)}`;
}
