import { type Group, groupKey, groupText } from '../../codec/group.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { canRevise } from '../../sources/registry.ts';
import type { PageMap } from '../../state/page-map.ts';
import { floorTo } from '../../time/floor-to.ts';
import type { Row } from '../drafts.ts';
import { isWorthFolding } from '../folding.ts';
import { GroupStates, type StateFormat } from '../group-states.ts';
import { inHashOrder } from '../hash-order.ts';
import type { GoneRow } from '../outputs/output.ts';
import type { FinalizeRun } from '../run.ts';
import { foldSessions, gapOf, lastTimeOf, type Session, sessionOf } from '../session-fold.ts';
import { SessionLedger } from '../session-ledger.ts';
import { SessionPieces, type SpanGroup } from '../session-pieces.ts';
import { SettledSessions } from '../settled-sessions.ts';
import { sortedRows } from '../sort-rows.ts';
import { type Span, SpanReader } from '../span-reader.ts';
import type { KindOutcome } from './kind-run.ts';

const NO_PIECES: readonly Session[] = [];

/** Rows that are written between two looks at the clock. */
const ROWS_PER_ROUND = 500;

/**
 * Sessions: joins pieces in the order of time, from the sessions that were open at the cutoff. A session is final when its
 * last event lies more than a gap before the watermark; late events can extend, move or merge final ones, so rows are
 * revised, and those whose session begins elsewhere now are taken back.
 *
 * Time goes span by span, and within a span group by group in the order of their hash, so a pass can pause anywhere.
 */
export async function runSessions(run: FinalizeRun): Promise<KindOutcome> {
  const { view, pass, fence, carriedPages } = run;
  const states = await GroupStates.load(carriedPages, formatOf(view), pass.state ?? fence.progress.carried);
  return new SessionRun(run, states, await SessionLedger.load(run)).run();
}

class SessionRun {
  readonly #run: FinalizeRun;
  readonly #states: GroupStates;
  readonly #ledger: SessionLedger;
  readonly #gapMs: number;
  readonly #paneMs: number;
  readonly #spans: SpanReader;
  readonly #settled: SettledSessions;
  readonly #marked: ReadonlySet<number>;
  /** Groups whose open session late events came into. */
  readonly #touched = new Set<Group['values'][number]>();
  #atCutoff: PageMap | null;
  #openFrom: ReadonlyMap<string, number> | null = null;

  constructor(run: FinalizeRun, states: GroupStates, ledger: SessionLedger) {
    this.#run = run;
    this.#states = states;
    this.#ledger = ledger;
    this.#gapMs = gapOf(run.view);
    this.#paneMs = run.view.window.panes.paneMs;
    this.#spans = new SpanReader(run.snapshot, this.#paneMs, [run.pass.settledMs]);
    this.#settled = new SettledSessions(run);
    this.#marked = run.markedPanes;
    this.#atCutoff = run.pass.atCutoff;
  }

  async run(): Promise<KindOutcome> {
    const { pass, isResumed } = this.#run;
    // The last pane holds the last tick before the end.
    const endMs = floorTo(this.#paneMs, pass.closeUpToMs - 1) + this.#paneMs;
    let [cursorMs, hash] = [pass.cursor.fromMs, pass.cursor.hash];
    for (let isFirst = true; ; isFirst = false) {
      if (cursorMs === pass.settledMs && hash === 0) await this.#reachCutoff();
      if (cursorMs >= endMs) break;
      if (this.#run.mustPause()) return this.#pause({ fromMs: cursorMs, toMs: cursorMs, hash: 0 });
      const isSame = isFirst && isResumed && pass.cursor.toMs > cursorMs;
      const span = isSame
        ? await this.#spans.read(cursorMs, pass.cursor.toMs)
        : await this.#spans.next(cursorMs, endMs);
      const leftFrom = await this.#goThrough(span, hash, span.toMs >= endMs);
      if (leftFrom !== null) return this.#pause({ fromMs: span.fromMs, toMs: span.toMs, hash: leftFrom });
      cursorMs = span.toMs;
      hash = 0;
    }
    return this.#done();
  }

  async #done(): Promise<KindOutcome> {
    const { view, pass, carriedPages } = this.#run;
    const done = { kind: 'done', atCutoff: this.#atCutoff, movesCutoff: this.#atCutoff !== null } as const;
    if (this.#atCutoff === null) return { ...done, openFrom: this.#openFrom };
    // A call before this one was at the cutoff.
    if (this.#openFrom === null) {
      this.#openFrom = openSessions(view, await GroupStates.load(carriedPages, formatOf(view), this.#atCutoff));
    }
    const openFrom = this.#openFrom;
    const isNeeded = (group: Group, startMs: number) =>
      startMs >= pass.settledMs || startMs >= (openFrom.get(groupText(group.values)) ?? Number.POSITIVE_INFINITY);
    return { ...done, openFrom, ledger: await this.#ledger.compact(isNeeded) };
  }

  /** Sessions of the span's groups. Returns null, or the hash from which on groups are left because time was up. */
  async #goThrough(span: Span, fromHash: number, isLast: boolean): Promise<number | null> {
    const pieces = this.#pieces(span);
    // Where a session begins is in its row's key, so rows of sessions that were read in part would not be written over: a
    // successor may have let go of panes since.
    await this.#run.fence.verify();
    const groups = this.#groupsOf(span, pieces, isLast);
    const isOrdered = fromHash > 0 || !this.#run.isOrderFree;
    const hashed = isOrdered ? inHashOrder(groups, fromHash) : null;
    const { length } = hashed ?? groups;
    let round = new Round();
    for (let index = 0; index < length; index++) {
      const hash = hashed?.[index]?.hash;
      this.#step(span, hashed?.[index]?.group ?? (groups[index] as SpanGroup), hash, isLast, round);
      const nextHash = hashed?.[index + 1]?.hash;
      // Groups of one hash stay together: the cursor is a hash.
      if (round.size < ROWS_PER_ROUND || index + 1 === length || (isOrdered && nextHash === hash)) continue;
      await this.#write(round);
      round = new Round();
      if (nextHash === undefined || this.#settled.isOneStep(span.fromMs)) continue;
      if (this.#run.mustPause()) return nextHash;
    }
    await this.#write(round);
    await this.#settled.handDown();
    return null;
  }

  #pieces(span: Span): SessionPieces {
    const pieces = new SessionPieces(this.#run.view);
    for (const [startMs, pane] of span.panes) {
      const groups = pieces.add(startMs, pane, this.#marked.has(startMs));
      this.#run.panes++;
      this.#run.countRows(startMs, groups, pane.bytes);
    }
    return pieces;
  }

  /** Groups whose sessions the span may begin, extend, end, or take back. */
  #groupsOf(span: Span, { groups }: SessionPieces, isLast: boolean): SpanGroup[] {
    const { view } = this.#run;
    const found = [...groups.values()];
    const others = new Map<SpanGroup['key'], SpanGroup>();
    const limitMs = this.#endedBefore(span);
    for (const [key, group] of this.#states.groups) {
      const ends = lastTimeOf(view, group) + this.#gapMs < limitMs;
      if (!ends && !(isLast && this.#ledger.has(sessionOf(view, group, false)))) continue;
      if (!groups.has(key)) others.set(key, { key, values: group.values, pieces: NO_PIECES });
    }
    for (const { group, startMs } of this.#ledger.keys()) {
      if (startMs < span.fromMs || startMs >= span.toMs) continue;
      const key = groupKey(group.values);
      if (!groups.has(key)) others.set(key, { key, values: group.values, pieces: NO_PIECES });
    }
    for (const group of others.values()) found.push(group);
    return found;
  }

  /** Goes through one group of a span: what it comes to is added to the round. */
  #step(span: Span, group: SpanGroup, hash: number | undefined, isLast: boolean, round: Round): void {
    const { view, pass, isResumed, markers } = this.#run;
    const carried = this.#states.groups.get(group.key);
    // What was touched before a pause is not noted: to look once more at a row changes nothing.
    const wasTouched = this.#touched.has(group.key) || (isResumed && markers.length > 0);
    const before = carried === undefined ? null : sessionOf(view, carried, wasTouched);
    const { complete, open: last } = foldSessions(view, this.#gapMs, before, group.pieces);
    const hasEnded = last !== null && this.#endOf(last) < this.#endedBefore(span);
    if (hasEnded) complete.push(last);
    const open = hasEnded ? null : last;
    if (open === null) {
      if (carried !== undefined) this.#states.delete(carried, hash);
    } else this.#states.set(open.group, hash);
    if (open?.touched) this.#touched.add(group.key);
    else if (wasTouched) this.#touched.delete(group.key);
    for (const session of complete)
      if (this.#settled.takes(this.#endOf(session))) this.#settled.add(this.#rowOf(session));
    // A late event can make a session go on that was final: its row is revised, and not taken back.
    if (isLast && open !== null) complete.push(open);
    const isShown = (session: Session) => this.#endOf(session) < pass.closeUpToMs || this.#ledger.has(session);
    for (const session of complete) if (isShown(session)) this.#sort(session, round);
    const noted = this.#ledger.of(group);
    if (noted.length === 0) return;
    const fromMs = before?.firstMs ?? span.fromMs;
    const toMs = open?.firstMs ?? span.toMs;
    const there = new Set(complete.filter(isShown).map(({ firstMs }) => firstMs));
    for (const { startMs, endMs } of noted) {
      if (startMs < fromMs || startMs >= toMs || there.has(startMs)) continue;
      round.gone.push({ group, window: { startMs, endMs } });
    }
  }

  #sort(session: Session, round: Round): void {
    const { view, fence, pass } = this.#run;
    const { closedUpToMs, settledToMs } = fence.progress;
    const endMs = this.#endOf(session);
    const isUnfinished = this.#run.isUnfinished(endMs);
    // Without lateness a session that was final stays as it is.
    const isFixed = !canRevise(view);
    const isKnown = isFixed ? endMs < closedUpToMs : endMs < settledToMs || this.#ledger.has(session);
    if (!isKnown) {
      (isUnfinished ? round.careful : round.fresh).push(session);
      // Sessions that no late event can reach any more keep their starts: nobody will have to take them back.
      if (!isFixed && endMs >= pass.settledMs) round.noted.push(session);
      return;
    }
    // One that goes on again may have taken in more, which no marker tells of.
    const isChanged = session.touched || (!isFixed && endMs >= closedUpToMs);
    if (isChanged || isUnfinished) round.looked.push(session);
  }

  async #write(round: Round): Promise<void> {
    const { fence } = this.#run;
    if (round.noted.length > 0) {
      await fence.commit({ ledger: await this.#ledger.note(round.noted, (session) => this.#endOf(session)) });
    }
    const rest = { gone: [], isCareful: true, windowStartMs: null };
    if (round.looked.length > 0) {
      await this.#run.emit({ ...rest, rows: this.#rowsOf(round.looked), isNew: false, isFresh: false });
    }
    if (round.careful.length > 0) {
      await this.#run.emit({ ...rest, rows: this.#rowsOf(round.careful), isNew: true, isFresh: false });
    }
    if (round.fresh.length > 0) {
      await this.#run.emit({ ...rest, rows: this.#rowsOf(round.fresh), isNew: true, isFresh: true });
    }
    if (round.gone.length > 0) {
      await this.#run.emit({ ...rest, rows: [], gone: round.gone, isNew: false, isFresh: false });
    }
  }

  #rowsOf(sessions: readonly Session[]): Row[] {
    return sortedRows(sessions.map((session) => this.#rowOf(session)));
  }

  #rowOf(session: Session): Row {
    const window = { startMs: session.firstMs, endMs: this.#endOf(session) };
    return { group: session.group, window, values: this.#run.view.rows.values(session.group, window) };
  }

  async #reachCutoff(): Promise<void> {
    this.#openFrom = openSessions(this.#run.view, this.#states);
    if (this.#atCutoff !== null || !isWorthFolding(this.#run)) return;
    this.#atCutoff = await this.#states.save(this.#run.fence.nextVersion, this.#run.nextSerial);
  }

  async #pause(cursor: { fromMs: number; toMs: number; hash: number }): Promise<KindOutcome> {
    return {
      kind: 'paused',
      cursor,
      closedUpToMs: cursor.fromMs,
      state: await this.#states.save(this.#run.fence.nextVersion, this.#run.nextSerial),
      atCutoff: this.#atCutoff,
    };
  }

  /** Sessions that end before this cannot go on: no later pane has a piece of theirs. */
  #endedBefore({ toMs }: Span): number {
    return Math.min(toMs, this.#run.pass.closeUpToMs);
  }

  #endOf({ lastMs }: Session): number {
    return lastMs + this.#gapMs;
  }
}

function formatOf({ segments: codec }: ViewPlan): StateFormat {
  return { codec, former: (into, bytes) => codec.mergeInto(into, bytes) };
}

/** By text of the group, the start of its open session. */
function openSessions(view: ViewPlan, { groups }: GroupStates): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const group of groups.values()) starts.set(groupText(group.values), sessionOf(view, group, false).firstMs);
  return starts;
}

/** Sessions and keys of rows that are written together. */
class Round {
  /** New, and never written. */
  readonly fresh: Session[] = [];
  /** New, and perhaps written by a finalizer that never finished. */
  readonly careful: Session[] = [];
  /** Had a row before. */
  readonly looked: Session[] = [];
  /** Of the new ones, those whose rows may have to be taken back one day. */
  readonly noted: Session[] = [];
  readonly gone: GoneRow[] = [];

  get size(): number {
    return this.fresh.length + this.careful.length + this.looked.length + this.gone.length;
  }
}
