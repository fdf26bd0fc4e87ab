import { type AlertedView, alertedView } from '../../alerts/alerted-view.ts';
import { registerView } from '../../alerts/alerted-views.ts';
import { Announcer, type GroupTransition } from '../../alerts/announcer.ts';
import { type EarlyNote, loadEarlyNotes } from '../../alerts/early-notes.ts';
import {
  type AlertState,
  foldVerdicts,
  type GroupAlerts,
  groupAlertsCodec,
  isForgotten,
  newAlertState,
} from '../../alerts/group-alerts.ts';
import { type IncidentRules, stepsOf } from '../../alerts/incidents.ts';
import { type Announced, matchIncidents, supersede, type Transition } from '../../alerts/ledger.ts';
import { addToOutbox } from '../../alerts/outbox.ts';
import { loadPublished, publishedTo } from '../../alerts/published.ts';
import { type Group, groupOfText } from '../../codec/group.ts';
import { type GroupsCodec, wholeGroupsCodec } from '../../codec/segment.ts';
import type { AlertPlan, Verdict } from '../../plan/alerts.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { PageStore } from '../../ports/index.ts';
import type { SharedState } from '../../ports/retry.ts';
import type { Fence } from '../../protocol/fence.ts';
import { type AlertProgress, NO_ALERT_PROGRESS } from '../../state/alert-progress.ts';
import { ViewPages } from '../../state/pages.ts';
import type { Progress } from '../../state/progress.ts';
import { GroupStates } from '../group-states.ts';
import type { ViewSnapshot } from '../snapshot.ts';
import { Adoptable } from './adoptable.ts';
import type { Emission, Output } from './output.ts';

interface AlertPorts extends SharedState {
  readonly pages: PageStore;
}

interface Loaded {
  readonly groups: GroupStates;
  /** Incidents that were announced before their window was final. */
  readonly notes: readonly EarlyNote[];
  readonly adoptable: Adoptable;
}

interface Reading {
  readonly fence: Fence;
  readonly snapshot: Pick<ViewSnapshot, 'isPartial' | 'firstWholeMs'>;
}

/** How far a commit goes. */
export interface Reached {
  /** All windows that start before this have been emitted as they are now. */
  readonly upToMs: number;
  /** Windows that start before this change no more; null where that moves with a later commit. */
  readonly settledMs: number | null;
}

/**
 * Makes incidents of rows. What each row says of the alerts is noted by window as rows are emitted, and with the commit that
 * passes the windows it becomes messages: verdicts, the ledger of what was announced, and the outbox go with that commit,
 * so all of them tell of the same windows. Messages are published after it.
 *
 *   rows are written | pages: verdicts and ledger, outbox | commit of progress names both | publisher reads the outbox
 *                                                          ^ a crash before this announces nothing,
 *                                                            one after it loses nothing
 *
 * A revision notes the verdicts of its rows alone: incidents are made again of what is noted, not of rows.
 */
export class AlertsOutput implements Output {
  readonly pages: ViewPages;
  readonly #view: ViewPlan;
  readonly #alerted: AlertedView;
  readonly #bucket: number;
  readonly #state: AlertPorts['state'];
  readonly #fence: Fence;
  readonly #snapshot: Reading['snapshot'];
  readonly #outbox: ViewPages;
  readonly #groups: GroupStates;
  /** Incidents that were announced before their window was final. */
  readonly #notes: readonly EarlyNote[];
  readonly #adoptable: Adoptable;
  #progress: AlertProgress;
  #serial = 0;

  private constructor(
    view: ViewPlan,
    bucket: number,
    ports: AlertPorts,
    { fence, snapshot }: Reading,
    progress: AlertProgress,
    { groups, notes, adoptable }: Loaded,
  ) {
    this.#view = view;
    this.#alerted = alertedView(view);
    this.#adoptable = adoptable;
    this.#bucket = bucket;
    this.#state = ports.state;
    this.#fence = fence;
    this.#snapshot = snapshot;
    this.#groups = groups;
    this.#notes = notes;
    this.pages = alertPages(view, bucket, ports);
    this.#outbox = new ViewPages(ports.pages, 'outbox', view.key, bucket);
    this.#progress = progress;
  }

  /** Null where the view has no alert, and never had one. */
  static async load(view: ViewPlan, bucket: number, ports: AlertPorts, reading: Reading): Promise<AlertsOutput | null> {
    const { alerts } = reading.fence.progress;
    if (alerts === null && view.alerts.length === 0) return null;
    const alerted = alertedView(view);
    if (view.alerts.length > 0 && (alerts === null || alerts.left !== undefined)) await registerView(alerted, ports);
    const { progress } = reading.fence;
    const starting = startingProgress(view, progress);
    const groups = await loadGroupAlerts(alerted, bucket, ports, starting);
    const { notes } = await loadEarlyNotes(ports.state, view.key, bucket);
    const adoptable = await Adoptable.load(view, ports, starting, reading.snapshot, progress.closedUpToMs);
    return new AlertsOutput(view, bucket, ports, reading, starting, { groups, notes, adoptable });
  }

  async emit({ rows, gone }: Emission): Promise<void> {
    for (const { group, window, values } of rows) {
      for (const alert of this.#view.alerts) {
        if (this.#judges(alert, window.startMs)) this.#note(alert, group, window.startMs, alert.judge(values));
      }
    }
    for (const { group, window } of gone) {
      for (const alert of this.#view.alerts) {
        if (this.#judges(alert, window.startMs)) this.#note(alert, group, window.startMs, null);
      }
    }
  }

  /** What goes with the next commit of progress: pages are written here, under a version that it reaches. */
  async commit(reached: Reached): Promise<Pick<Progress, 'alerts'>> {
    const { nextVersion, progress } = this.#fence;
    // While final windows are refined, some of what is noted is of the present revision and some of the one before.
    const isWhole = reached.upToMs >= progress.closedUpToMs;
    const announcer = new Announcer(this.#alerted, this.#bucket, this.#progress, this.#adoptable.adoption);
    const early = isWhole ? this.#takeNotes(reached.upToMs) : this.#progress.early;
    if (isWhole) announcer.announce(this.#transitions(reached));
    const { outbox } = this.#progress;
    const published = outbox.sets.length === 0 ? 0 : await this.#publishedTo();
    this.#progress = {
      ...this.#progress,
      lastId: announcer.lastId,
      grouped: announcer.grouped,
      open: this.#open(),
      early,
      ...(isWhole && {
        foldedToMs: Math.max(this.#progress.foldedToMs, reached.settledMs ?? this.#progress.foldedToMs),
        ...this.#adoptable.noteAt(reached.upToMs),
      }),
      state: await this.#groups.save(nextVersion, () => ++this.#serial),
      outbox: await addToOutbox(this.#outbox, outbox, announcer.messages, published, nextVersion),
    };
    return { alerts: this.#progress };
  }

  async #publishedTo(): Promise<number> {
    // Where the last alert of a view was removed, its messages wait for the channels that it had.
    if (this.#view.alerts.length === 0) return 0;
    return publishedTo(this.#alerted, await loadPublished(this.#state, this.#view.key, this.#bucket));
  }

  #judges({ key }: AlertPlan, startMs: number): boolean {
    const { foldedToMs, since } = this.#progress;
    // A row that lacks events says nothing: fewer than there were is no reason for an alert, nor for its end.
    return startMs >= foldedToMs && startMs >= (since[key] ?? 0) && !this.#snapshot.isPartial(startMs);
  }

  #note({ key }: AlertPlan, group: Pick<Group, 'values'>, startMs: number, verdict: Verdict | null): void {
    const known = this.#groups.get(group);
    const alerts = (known?.states[0] as GroupAlerts | undefined) ?? new Map<string, AlertState>();
    const state = alerts.get(key) ?? newAlertState();
    if (isSame(state.verdicts.get(startMs) ?? null, verdict)) return;
    if (verdict === null) state.verdicts.delete(startMs);
    else state.verdicts.set(startMs, verdict);
    alerts.set(key, state);
    this.#groups.set(known ?? { values: group.values, states: [alerts] });
  }

  /** Takes the notes on windows that are final now as announced. Returns those that were taken, of all that there are. */
  #takeNotes(upToMs: number): readonly number[] {
    const taken = new Set(this.#progress.early);
    for (const { id, alert, group: text, windowMs, severity, reason } of this.#notes) {
      if (taken.has(id) || windowMs >= upToMs) continue;
      taken.add(id);
      const values = groupOfText(text);
      const group = this.#groups.get({ values }) ?? { values, states: [new Map<string, AlertState>()] };
      const alerts = group.states[0] as GroupAlerts;
      const state = alerts.get(alert) ?? newAlertState();
      const window = { firstMs: windowMs, lastMs: windowMs };
      const entry = { id, sequence: 1, ...window, severity, reason, isOver: false, groupedIn: null, adopted: null };
      alerts.set(alert, { ...state, announced: [...state.announced, entry] });
      this.#groups.set(group);
    }
    return this.#notes.map(({ id }) => id).filter((id) => taken.has(id));
  }

  /** Brings every group's ledger to what its verdicts come to. */
  #transitions({ upToMs, settledMs }: Reached): readonly GroupTransition[] {
    const found: GroupTransition[] = [];
    const plans = new Map(this.#view.alerts.map((alert) => [alert.key, alert]));
    for (const group of [...this.#groups.groups.values()]) {
      const alerts = group.states[0] as GroupAlerts;
      let isChanged = false;
      for (const [key, state] of [...alerts]) {
        const alert = plans.get(key);
        const transitions =
          alert === undefined
            ? supersede(state.announced, upToMs)
            : announceIncidents(state, this.#rulesOf(alert), upToMs);
        for (const transition of transitions) found.push({ alert: key, values: group.values, transition });
        const hasFolded = alert !== undefined && settledMs !== null && fold(state, this.#rulesOf(alert), settledMs);
        const isGone = alert === undefined || isForgotten(state);
        if (isGone) alerts.delete(key);
        isChanged ||= isGone || hasFolded || transitions.length > 0;
      }
      if (alerts.size === 0) this.#groups.delete(group);
      else if (isChanged) this.#groups.touch(group);
    }
    return found;
  }

  #open(): AlertProgress['open'] {
    const open = { ...NO_ALERT_PROGRESS.open };
    for (const { states } of this.#groups.groups.values()) {
      for (const { announced } of (states[0] as GroupAlerts).values()) {
        for (const { severity, isOver } of announced) if (!isOver) open[severity]++;
      }
    }
    return open;
  }

  #rulesOf({ definition }: AlertPlan): IncidentRules {
    const { forWindows, cooldownMs } = definition;
    return { ...stepsOf(this.#view), forWindows, cooldownMs };
  }
}

/** Brings what was announced to what a group's verdicts come to. */
function announceIncidents(state: AlertState, rules: IncidentRules, upToMs: number): readonly Transition[] {
  const { announced, transitions } = matchIncidents(foldVerdicts(state, rules, upToMs).incidents, state.announced);
  state.announced = announced;
  return transitions;
}

/** Folds what changes no more. Tells whether anything is kept otherwise than before. */
function fold(state: AlertState, rules: IncidentRules, settledMs: number): boolean {
  const { folded, announced } = state;
  const over = foldVerdicts(state, rules, settledMs);
  const settled = [...state.verdicts.keys()].filter((startMs) => startMs < settledMs);
  for (const startMs of settled) state.verdicts.delete(startMs);
  state.folded = over.folded;
  // An incident that is over before the cutoff stays as it was announced.
  const isFinal = ({ firstMs }: Announced) =>
    over.incidents.some((one) => one.firstMs === firstMs && one.resolvedMs !== null);
  state.announced = announced.filter((entry) => !isFinal(entry));
  const hasLess =
    (folded.run !== null && over.folded.run === null) || (folded.open !== null && over.folded.open === null);
  return settled.length > 0 || hasLess || state.announced.length < announced.length;
}

function isSame(a: Verdict | null, b: Verdict | null): boolean {
  if (a === null || b === null || a.kind !== 'fires' || b.kind !== 'fires') return a?.kind === b?.kind;
  return a.severity === b.severity && a.reason === b.reason;
}

/** An alert that is new judges the windows that are still open: those before it had nobody to tell. */
function startingProgress({ alerts }: ViewPlan, { alerts: known, closedUpToMs }: Progress): AlertProgress {
  // What it left to another key while it was not deployed is that key's, or nobody's.
  const { left: _, ...progress } = known ?? { ...NO_ALERT_PROGRESS, foldedToMs: closedUpToMs };
  const since = Object.fromEntries(alerts.map(({ key }) => [key, progress.since[key] ?? closedUpToMs]));
  return { ...progress, since };
}

export function alertPages(
  { key }: Pick<AlertedView, 'key'>,
  bucket: number,
  { pages }: Pick<AlertPorts, 'pages'>,
): ViewPages {
  return new ViewPages(pages, 'alerts', key, bucket);
}

/** What is kept of each group's alerts, as progress names it. */
export async function loadGroupAlerts(
  view: AlertedView,
  bucket: number,
  ports: Pick<AlertPorts, 'pages'>,
  { state }: AlertProgress,
): Promise<GroupStates> {
  const codec = alertsCodec(view);
  return GroupStates.load(alertPages(view, bucket, ports), { codec, former: codec.mergeInto }, state);
}

function alertsCodec({ key, fields }: AlertedView): GroupsCodec {
  const [, fingerprint = ''] = key.split('@');
  return wholeGroupsCodec(fingerprint, fields.length, [groupAlertsCodec]);
}
