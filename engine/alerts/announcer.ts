import { compareGroups } from '../codec/group.ts';
import { SEVERITIES, type TransitionKind } from '../ir/alert.ts';
import type { Value } from '../ir/node.ts';
import { isGraver } from '../plan/alerts.ts';
import type { AlertMessage } from '../ports/alert-sink.ts';
import type { AlertProgress, GroupedIncident } from '../state/alert-progress.ts';
import { compareText } from '../text/compare-text.ts';
import { formatInstant } from '../time/instant.ts';
import type { Adoption } from './adoption.ts';
import type { AlertedView } from './alerted-view.ts';
import type { Transition } from './ledger.ts';
import { alertName, groupOf, incidentId, type Numbered } from './message.ts';

/** A transition of one group's incident. */
export interface GroupTransition {
  /** Key of the alert. */
  readonly alert: string;
  readonly values: readonly Value[];
  readonly transition: Transition;
}

/** What takes back an incident, which may have been over before. */
const CANCELS: ReadonlySet<TransitionKind> = new Set(['withdrawn', 'merged', 'superseded']);
/** Incidents that a grouped message names. */
const MOST_NAMED = 10;

/** Makes messages of a commit's transitions: gives ids and sequences, and tells of many incidents of a window in one. */
export class Announcer {
  readonly messages: AlertMessage[] = [];
  readonly #view: AlertedView;
  readonly #bucket: number;
  readonly #adoption: Adoption;
  readonly #grouped: Map<number, GroupedIncident>;
  #lastId: number;

  constructor(view: AlertedView, bucket: number, { lastId, grouped }: AlertProgress, adoption: Adoption) {
    this.#view = view;
    this.#bucket = bucket;
    this.#adoption = adoption;
    this.#lastId = lastId;
    this.#grouped = new Map(grouped.map((one) => [one.id, one]));
  }

  get lastId(): number {
    return this.#lastId;
  }

  get grouped(): readonly GroupedIncident[] {
    return [...this.#grouped.values()];
  }

  /** In the order of event time: so the messages are the same, however the windows were divided among commits. */
  announce(transitions: readonly GroupTransition[]): void {
    const sorted = [...transitions].sort(
      (a, b) =>
        a.transition.atMs - b.transition.atMs ||
        (a.alert === b.alert ? compareGroups(a.values, b.values) : compareText(a.alert, b.alert)),
    );
    const opened = Map.groupBy(
      sorted.filter(({ transition }) => transition.kind === 'opened'),
      ({ alert, transition }) => `${alert} ${transition.atMs}`,
    );
    for (const one of sorted) {
      const together = opened.get(`${one.alert} ${one.transition.atMs}`);
      if (one.transition.kind === 'opened') this.#open(one, together ?? []);
      else this.#change(one);
    }
  }

  #open(one: GroupTransition, together: readonly GroupTransition[]): void {
    const { incident } = one.transition;
    if (incident.id === 0 && one === together[0] && together.length > this.#most(one.alert))
      this.#openGrouped(together);
    if (incident.id === 0) incident.id = ++this.#lastId;
    if (incident.groupedIn !== null) return;
    const known = this.#adoption.take(alertName(one.alert), groupOf(this.#view, one.values), incident.firstMs);
    if (known !== null) Object.assign(incident, { adopted: known.id, sequence: known.sequence });
    this.#say(one, known === null ? 'opened' : 'reopened');
  }

  /** How many incidents of one window have messages of their own. Each bucket counts for itself. */
  #most(alert: string): number {
    const { alerts, buckets } = this.#view;
    const groupAbove = alerts.find(({ name }) => name === alertName(alert))?.groupAbove ?? 1;
    return Math.max(1, Math.floor(groupAbove / buckets));
  }

  #openGrouped(together: readonly GroupTransition[]): void {
    const { alert, transition } = together[0] as GroupTransition;
    const id = ++this.#lastId;
    for (const { transition: one } of together) one.incident.groupedIn = id;
    const worst = [...together].sort((a, b) => gravity(b) - gravity(a)).slice(0, MOST_NAMED);
    const { severity } = (worst[0] as GroupTransition).transition;
    const count = together.length;
    const known = this.#adoption.take(alertName(alert), null, transition.firstMs);
    const grouped = { id, sequence: known?.sequence ?? 0, alert, atMs: transition.atMs, severity, count, open: count };
    if (known === null) this.#sayGrouped(grouped, 'opened', transition, worst);
    else this.#sayGrouped({ ...grouped, adopted: known.id }, 'reopened', transition, worst);
  }

  #change(one: GroupTransition): void {
    const { incident, kind, severity } = one.transition;
    const grouped = incident.groupedIn === null ? undefined : this.#grouped.get(incident.groupedIn);
    if (grouped === undefined) {
      // What comes after the end of the grouped incident is told of by itself.
      incident.groupedIn = null;
      if (incident.id === 0) incident.id = ++this.#lastId;
      this.#say(one);
      return;
    }
    const ends = kind === 'resolved' || (CANCELS.has(kind) && !incident.isOver);
    const open = grouped.open - (ends ? 1 : 0) + (kind === 'reopened' ? 1 : 0);
    const next = { ...grouped, open, severity: isGraver(severity, grouped.severity) ? severity : grouped.severity };
    if (open === 0) this.#sayGrouped(next, kind === 'superseded' ? kind : 'resolved', one.transition, []);
    else if (next.severity !== grouped.severity) this.#sayGrouped(next, 'escalated', one.transition, [one]);
    else this.#grouped.set(next.id, next);
  }

  #say({ alert, values, transition }: GroupTransition, kind: TransitionKind = transition.kind): void {
    const { incident, into } = transition;
    incident.sequence++;
    this.#add(alert, incident, transition, {
      sequence: incident.sequence,
      kind,
      severity: transition.severity,
      group: groupOf(this.#view, values),
      reason: transition.reason,
      merged_into: into === null ? null : incidentId(this.#view, alertName(alert), this.#bucket, into),
      grouped: null,
    });
  }

  #sayGrouped(
    grouped: GroupedIncident,
    kind: AlertMessage['kind'],
    transition: Transition,
    named: readonly GroupTransition[],
  ): void {
    const { id, adopted = null, alert, severity, count, open } = grouped;
    const sequence = grouped.sequence + 1;
    if (open === 0) this.#grouped.delete(id);
    else this.#grouped.set(id, { ...grouped, sequence });
    const worst = named.map(({ values, transition: one }) => ({
      group: groupOf(this.#view, values),
      severity: one.severity,
      reason: one.reason,
    }));
    const reason = `${count.toLocaleString('en-US')} groups at once${worst[0] === undefined ? '' : `, the worst: ${worst[0].reason}`}`;
    const lastMs = kind === 'resolved' ? (transition.lastMs ?? transition.firstMs) : null;
    const grounds = { ...transition, firstMs: grouped.atMs, lastMs };
    const says = { sequence, kind, severity, group: null, reason, merged_into: null, grouped: { count, open, worst } };
    this.#add(alert, { id, adopted }, grounds, says);
  }

  #add(
    alert: string,
    numbered: Numbered,
    { atMs, firstMs, lastMs }: Pick<Transition, 'atMs' | 'firstMs' | 'lastMs'>,
    says: Omit<AlertMessage, 'id' | 'view' | 'alert' | 'window_start' | 'window_end' | 'from' | 'to'>,
  ): void {
    const name = alertName(alert);
    this.messages.push({
      id: incidentId(this.#view, name, this.#bucket, numbered),
      view: this.#view.name,
      alert: name,
      window_start: formatInstant(atMs),
      window_end: formatInstant(atMs + this.#view.sizeMs),
      from: formatInstant(firstMs),
      to: lastMs === null ? null : formatInstant(lastMs + this.#view.sizeMs),
      ...says,
    });
  }
}

function gravity({ transition }: GroupTransition): number {
  return SEVERITIES.indexOf(transition.severity);
}
