import { alertedView } from '../alerts/alerted-view.ts';
import { registerView } from '../alerts/alerted-views.ts';
import { type EarlyNote, type EarlyNotes, loadEarlyNotes, saveEarlyNotes } from '../alerts/early-notes.ts';
import type { GroupAlerts } from '../alerts/group-alerts.ts';
import { quietAfter, stepsOf } from '../alerts/incidents.ts';
import { groupOfText, groupText } from '../codec/group.ts';
import { append } from '../lists/append.ts';
import type { AlertPlan } from '../plan/alerts.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { PageStore } from '../ports/page-store.ts';
import type { SharedState } from '../ports/retry.ts';
import { FencedError } from '../protocol/errors.ts';
import { loadSource } from '../sources/registry.ts';
import type { SourceSnapshot } from '../sources/source-kind.ts';
import { MissingPageError } from '../state/errors.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import type { Row } from './drafts.ts';
import { openRowsOf } from './kinds/index.ts';
import { loadGroupAlerts } from './outputs/alerts.ts';
import { ViewSnapshot } from './snapshot.ts';

export interface EarlyPorts extends SharedState {
  readonly pages: PageStore;
}

/** Open windows that an early pass looks at, the earliest ones. */
const MAX_WINDOWS = 100;
/** Notes of one (view, bucket): they lie in one item. What is more is announced once its window is final. */
const MAX_NOTES = 500;

/**
 * Looks at the open windows of a (view, bucket), and notes the incidents that begin there. Whoever is overtaken, by a finalizer
 * or by another look, leaves the rest to the next look.
 *
 * @returns the source that it saw; null where it was overtaken.
 */
export async function noteEarlyIncidents(
  view: ViewPlan,
  bucket: number,
  ports: EarlyPorts,
): Promise<SourceSnapshot | null> {
  try {
    // Notes before progress: a window that is open there was open when the notes were read.
    const notes = await loadEarlyNotes(ports.state, view.key, bucket);
    const progress = await loadProgress(ports.state, view.key, bucket);
    const source = await loadSource(view, bucket, ports.state);
    const snapshot = new ViewSnapshot(view, bucket, ports, source);
    const reading = { view, bucket, pages: ports.pages, progress, snapshot, limit: MAX_WINDOWS };
    const open = await openRowsOf(reading);
    const rows = open.filter(({ window }) => !snapshot.isPartial(window.startMs));
    const added = new EarlyPass(view, notes, await openIncidents(view, bucket, ports, progress)).run(rows);
    if (added.length === 0) return source;
    const lastId = (added.at(-1) as EarlyNote).id;
    if (progress.alerts === null || progress.alerts.left !== undefined) await registerView(alertedView(view), ports);
    const saved = { ...notes, lastId, notes: [...notes.notes, ...added] };
    return (await saveEarlyNotes(ports.state, view.key, bucket, saved)) ? source : null;
  } catch (error) {
    if (!(error instanceof FencedError || error instanceof MissingPageError)) throw error;
    return null;
  }
}

/** By alert and group: the last window of the incident that is on where windows are final. */
async function openIncidents(
  view: ViewPlan,
  bucket: number,
  ports: EarlyPorts,
  { alerts }: Progress,
): Promise<ReadonlyMap<string, number>> {
  if (alerts === null) return new Map();
  const open: [string, number][] = [];
  const { groups } = await loadGroupAlerts(alertedView(view), bucket, ports, alerts);
  for (const { values, states } of groups.values()) {
    for (const [key, { announced }] of states[0] as GroupAlerts) {
      const last = announced.findLast(({ isOver }) => !isOver);
      if (last !== undefined) open.push([nameOf(key, values), last.lastMs]);
    }
  }
  return new Map(open);
}

class EarlyPass {
  readonly #view: ViewPlan;
  /** By alert and group: the last window in which an incident that was announced is on. */
  readonly #lastMs: Map<string, number>;
  /** By alert and window: notes. */
  readonly #counts = new Map<string, number>();
  #lastId: number;
  #left: number;

  constructor(view: ViewPlan, { lastId, notes }: EarlyNotes, open: ReadonlyMap<string, number>) {
    this.#view = view;
    this.#lastMs = new Map(open);
    this.#lastId = lastId;
    this.#left = MAX_NOTES - notes.length;
    for (const { alert, group, windowMs } of notes) {
      const name = nameOf(alert, groupOfText(group));
      this.#lastMs.set(name, Math.max(windowMs, this.#lastMs.get(name) ?? windowMs));
      this.#count(alert, windowMs);
    }
  }

  run(rows: readonly Row[]): EarlyNote[] {
    const added: EarlyNote[] = [];
    const sorted = [...rows].sort((a, b) => a.window.startMs - b.window.startMs);
    for (const alert of this.#view.alerts) {
      if (isEarly(alert)) for (const row of sorted) append(added, this.#look(alert, row));
    }
    return added;
  }

  /** The note of a row that begins an incident; none where it goes on with one, or the condition is not true. */
  #look(alert: AlertPlan, { group, window: { startMs }, values: row }: Row): EarlyNote[] {
    const verdict = alert.judge(row);
    if (verdict === null) return [];
    const { key, definition } = alert;
    const name = nameOf(key, group.values);
    const lastMs = this.#lastMs.get(name);
    const rules = { ...stepsOf(this.#view), cooldownMs: definition.cooldownMs };
    const goesOn = lastMs !== undefined && startMs <= quietAfter(rules, lastMs);
    if (goesOn) this.#lastMs.set(name, Math.max(lastMs, startMs));
    if (goesOn || verdict.kind !== 'fires' || this.#left <= 0) return [];
    // Of more than are told of one by one, the rest is left to the message that groups them.
    const most = Math.max(1, Math.floor(definition.groupAbove / this.#view.definition.buckets));
    if ((this.#counts.get(`${key} ${startMs}`) ?? 0) >= most) return [];
    this.#count(key, startMs);
    this.#lastMs.set(name, startMs);
    this.#left--;
    const { severity, reason } = verdict;
    return [
      { id: --this.#lastId, alert: key, group: groupText(group.values), windowMs: startMs, severity, reason, sent: [] },
    ];
  }

  #count(alert: string, windowMs: number): void {
    const name = `${alert} ${windowMs}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

function isEarly({ definition }: AlertPlan): boolean {
  return definition.earlyMs !== null;
}

function nameOf(alert: string, values: Row['group']['values']): string {
  return `${alert} ${groupText(values)}`;
}
