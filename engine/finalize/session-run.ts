import { type Group, type Groups, groupKey, groupText } from '../codec/group.ts';
import { paneOf } from '../state/keys.ts';
import type { Progress } from '../state/progress.ts';
import { floorTo } from '../time/floor-to.ts';
import { CarriedState } from './carried-state.ts';
import { draftRetraction, type Row } from './drafts.ts';
import type { FinalizeRun } from './run.ts';
import { gapOf, type Session, SessionFold } from './session-fold.ts';
import { SessionLedger } from './session-ledger.ts';
import type { Pane } from './snapshot.ts';
import { sortedRows } from './sort-rows.ts';

/** Rows between two looks at the clock. */
const ROWS_PER_ROUND = 500;

/** What a run of sessions came to: progress to commit when it is done, and the sessions that can still change. */
export interface SessionOutcome {
  readonly change: Pick<Progress, 'closedUpToMs' | 'stateCutoffMs' | 'carried' | 'ledger'>;
  readonly unsettled: readonly Session[];
}

/**
 * Sessions: joins pieces in the order of time, from the sessions that were open at the horizon. A session is final when
 * its last event lies more than a gap before the watermark; late events can extend, move or merge final ones, so rows are
 * revised, and those whose session begins elsewhere now are taken back. Null where time was up before all was done.
 */
export async function runSessions(run: FinalizeRun): Promise<SessionOutcome | null> {
  return new SessionRun(run).run();
}

class SessionRun {
  readonly #run: FinalizeRun;
  readonly #gapMs: number;
  readonly #carried: CarriedState;

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#gapMs = gapOf(run.view);
    this.#carried = new CarriedState(run, run.view.segments);
  }

  async run(): Promise<SessionOutcome | null> {
    const { view, snapshot, fence, closeUpToMs } = this.#run;
    const { paneMs } = view.window.panes;
    const panes = await snapshot.readPanes(fence.progress.stateCutoffMs, floorTo(paneMs, closeUpToMs - 1) + paneMs);
    const { fold, atCutoff } = await this.#fold(panes);
    const sessions = [...fold.complete, ...fold.open];
    const ledger = await SessionLedger.load(this.#run);
    // Where a session begins is in its row's key, so rows of sessions that were read in part would not be written over.
    await fence.verify();
    // A late event can make a session go on that was final: its row is revised, and not taken back.
    const shown = sessions.filter((session) => this.#endOf(session) < closeUpToMs || ledger.has(session));
    if (!(await this.#write(shown, ledger))) return null;
    const settledMs = this.#run.stateCutoffMs;
    return {
      change: {
        closedUpToMs: Math.max(closeUpToMs, fence.progress.closedUpToMs),
        ...(await this.#move(atCutoff, ledger)),
      },
      unsettled: sessions.filter((session) => this.#endOf(session) >= settledMs),
    };
  }

  /** Joins all pieces, and notes which sessions are open at the new horizon where it is worth rolling there. */
  async #fold(panes: ReadonlyMap<number, Pane>): Promise<{ fold: SessionFold; atCutoff: Groups | null }> {
    const { view, snapshot, stateCutoffMs, markers } = this.#run;
    const marked = new Set([...markers.map((marker) => paneOf(marker.key)), ...snapshot.listedMarkerPanes]);
    const isWorthFolding = this.#carried.isWorthFolding(bytesBefore(panes, stateCutoffMs));
    const fold = new SessionFold(view, await this.#carried.load());
    let atCutoff: Groups | null = null;
    for (const [startMs, pane] of panes) {
      if (startMs >= stateCutoffMs && isWorthFolding) atCutoff ??= fold.openAt(stateCutoffMs);
      const pieces: Groups = new Map();
      snapshot.mergePane(pieces, pane);
      fold.add(pieces, marked.has(startMs));
      this.#run.panes++;
    }
    if (isWorthFolding) atCutoff ??= fold.openAt(stateCutoffMs);
    return { fold, atCutoff };
  }

  async #write(shown: readonly Session[], ledger: SessionLedger): Promise<boolean> {
    const { view, fence } = this.#run;
    const { closedUpToMs } = fence.progress;
    // Without lateness a session that was final stays as it is.
    const isSettled = view.definition.allowedLatenessMs === 0;
    const isKnown = (session: Session) => (isSettled ? this.#endOf(session) < closedUpToMs : ledger.has(session));
    const added = shown.filter((session) => !isKnown(session));
    const looked = shown.filter((session) => {
      const endMs = this.#endOf(session);
      // One that goes on again may have taken in more, which no marker tells of.
      const isChanged = session.touched || (!isSettled && endMs >= closedUpToMs);
      return isKnown(session) && (isChanged || this.#run.isUnfinished(endMs));
    });
    const gone = isSettled ? [] : this.#gone(shown, ledger);
    if (!isSettled && added.length > 0) {
      await fence.commit({ ledger: await ledger.note(added, (session) => this.#endOf(session)) });
    }
    for (const sessions of rounds([...looked, ...added])) {
      if (this.#run.timeIsUp()) return false;
      await this.#writeRows(sessions, (session) => !isKnown(session));
    }
    await this.#run.writeDrafts(gone, false);
    return true;
  }

  async #writeRows(sessions: readonly Session[], isAdded: (session: Session) => boolean): Promise<void> {
    const fresh = sessions.filter((session) => isAdded(session) && !this.#run.isUnfinished(this.#endOf(session)));
    const others = sessions.filter((session) => !fresh.includes(session));
    const rows = this.#rowsOf(fresh);
    await this.#run.writeRows(rows, true);
    await this.#run.writeRows(this.#rowsOf(others), false);
    this.#run.noteFinal(rows.filter(({ window }) => window.endMs >= this.#run.fence.progress.closedUpToMs));
  }

  #rowsOf(sessions: readonly Session[]): Row[] {
    const rows = sessions.map((session): Row => {
      const window = { startMs: session.firstMs, endMs: this.#endOf(session) };
      return { group: session.group, window, values: this.#run.view.rows.values(session.group, window) };
    });
    return sortedRows(rows);
  }

  /** Rows that there may be, of sessions that begin elsewhere now. */
  #gone(shown: readonly Session[], ledger: SessionLedger) {
    const there = new Set(shown.map(({ group, firstMs }) => nameOf(group, firstMs)));
    return [...ledger.keys()]
      .filter(({ group, startMs }) => !there.has(nameOf(group, startMs)))
      .map(({ group, startMs, endMs }) => draftRetraction(this.#run.view, groupText(group.values), { startMs, endMs }));
  }

  /** Writes what is carried from the new horizon on; nothing where it stays where it is. */
  async #move(
    atCutoff: Groups | null,
    ledger: SessionLedger,
  ): Promise<Pick<Progress, 'stateCutoffMs' | 'carried' | 'ledger'>> {
    const { progress } = this.#run.fence;
    if (atCutoff === null)
      return { stateCutoffMs: progress.stateCutoffMs, carried: progress.carried, ledger: progress.ledger };
    const { stateCutoffMs, view } = this.#run;
    const carried = await this.#carried.save(atCutoff);
    const times = view.definition.aggregates.length;
    const openFrom = (group: Group) => {
      const open = atCutoff.get(groupKey(group.values));
      return open === undefined ? Number.POSITIVE_INFINITY : (open.states[times] as { readonly value: number }).value;
    };
    const isNeeded = (group: Group, startMs: number) => startMs >= stateCutoffMs || startMs >= openFrom(group);
    return { stateCutoffMs, carried, ledger: await ledger.compact(isNeeded) };
  }

  #endOf({ lastMs }: Session): number {
    return lastMs + this.#gapMs;
  }
}

function nameOf(group: Group, startMs: number): string {
  return `${startMs} ${groupText(group.values)}`;
}

function* rounds<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += ROWS_PER_ROUND) yield all.slice(from, from + ROWS_PER_ROUND);
}

/** Bytes of the segments in panes that start before an instant. */
export function bytesBefore(panes: ReadonlyMap<number, Pane>, beforeMs: number): number {
  return [...panes]
    .filter(([startMs]) => startMs < beforeMs)
    .flatMap(([, pane]) => [...pane.values()].flat())
    .reduce((sum, { length }) => sum + length, 0);
}
