import { type Group, groupText } from '../../codec/group.ts';
import { canRevise } from '../../sources/registry.ts';
import type { PageMap } from '../../state/page-map.ts';
import { floorTo } from '../../time/floor-to.ts';
import { CarriedSessions } from '../carried-sessions.ts';
import type { Row } from '../drafts.ts';
import { isWorthFolding } from '../folding.ts';
import { sortedByHash } from '../hash-order.ts';
import type { GoneRow } from '../outputs/output.ts';
import type { FinalizeRun } from '../run.ts';
import { gapOf, type Session } from '../session.ts';
import { SessionLedger } from '../session-ledger.ts';
import type { GroupOrder, SessionTable } from '../session-table.ts';
import { SettledSessions } from '../settled-sessions.ts';
import { segmentsOf } from '../snapshot.ts';
import { sortedRows } from '../sort-rows.ts';
import { type Span, SpanReader } from '../span-reader.ts';
import type { KindOutcome, OpenFrom } from './kind-run.ts';

/** Rows that are written between two looks at the clock. */
const ROWS_PER_ROUND = 500;
/** Rows of one start that are put in order together. */
const MOST_ROWS_PER_ROUND = 10_000;

/**
 * Sessions: joins pieces in the order of time, from the sessions that were open at the cutoff. A session is final when its
 * last event lies more than a gap before the watermark; late events can extend, move or merge final ones, so rows are
 * revised, and those whose session begins elsewhere now are taken back.
 *
 * Time goes span by span, and within a span group by group in the order of their hash, so a pass can pause anywhere. One that never
 * pauses goes by the start of their sessions, for whoever takes rows puts them in that order.
 */
export async function runSessions(run: FinalizeRun): Promise<KindOutcome> {
  const { view, pass, fence, carriedPages } = run;
  const carried = await CarriedSessions.load(view, carriedPages, pass.state ?? fence.progress.carried);
  return new SessionRun(run, carried, await SessionLedger.load(run)).run();
}

class SessionRun {
  readonly #run: FinalizeRun;
  readonly #carried: CarriedSessions;
  readonly #sessions: SessionTable;
  readonly #ledger: SessionLedger;
  readonly #gapMs: number;
  readonly #paneMs: number;
  readonly #spans: SpanReader;
  readonly #settled: SettledSessions;
  readonly #marked: ReadonlySet<number>;
  /** New sessions are written without objects of them. */
  readonly #writesPlaces: boolean;
  #atCutoff: PageMap | null;
  #openFrom: OpenFrom | null = null;

  constructor(run: FinalizeRun, carried: CarriedSessions, ledger: SessionLedger) {
    this.#run = run;
    this.#carried = carried;
    this.#sessions = carried.table;
    this.#ledger = ledger;
    this.#gapMs = gapOf(run.view);
    this.#paneMs = run.view.window.panes.paneMs;
    this.#spans = new SpanReader(run.snapshot, this.#paneMs, [run.pass.settledMs]);
    this.#settled = new SettledSessions(run);
    this.#marked = run.markedPanes;
    this.#writesPlaces = run.takesTables && !canRevise(run.view);
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
    this.#openFrom ??= (await CarriedSessions.load(view, carriedPages, this.#atCutoff)).table.starts();
    const openFrom = this.#openFrom;
    const isNeeded = (group: Group, startMs: number) =>
      startMs >= pass.settledMs || startMs >= (openFrom(group.values) ?? Number.POSITIVE_INFINITY);
    return { ...done, openFrom, ledger: await this.#ledger.compact(isNeeded) };
  }

  /** Sessions of the span's groups. Returns null, or the hash from which on groups are left because time was up. */
  async #goThrough(span: Span, fromHash: number, isLast: boolean): Promise<number | null> {
    this.#addPieces(span);
    // Where a session begins is in its row's key, so rows of sessions that were read in part would not be written over: a
    // successor may have let go of panes since.
    await this.#run.fence.verify();
    const groups = this.#groupsOf(span, isLast);
    const isByHash = fromHash > 0 || !this.#run.isOrderFree;
    const order = isByHash ? this.#inHashOrder(groups, fromHash) : this.#inOrderOfStart(span, groups);
    let round = new Round();
    for (let index = 0; index < order.groups.length; index++) {
      this.#step(span, order.groups[index] as number, isLast, round);
      const next = order.marks[index + 1];
      if (round.size < ROWS_PER_ROUND || next === undefined) continue;
      // Groups of one hash stay together, for the cursor is a hash; and so do those of one start, whose rows are put in order together.
      if (next === order.marks[index] && (isByHash || round.size < MOST_ROWS_PER_ROUND)) continue;
      await this.#write(round);
      round = new Round();
      if (isByHash && !this.#settled.isOneStep(span.fromMs) && this.#run.mustPause()) return next;
    }
    await this.#write(round);
    await this.#settled.handDown();
    this.#carried.endSpan();
    return null;
  }

  #addPieces(span: Span): void {
    for (const [startMs, pane] of span.panes) {
      const pieces = this.#sessions.addPane(segmentsOf(pane), this.#marked.has(startMs));
      this.#run.panes++;
      this.#run.countRows(startMs, pieces, pane.bytes);
    }
  }

  /** Groups whose sessions the span may begin, extend, end, or take back. */
  #groupsOf(span: Span, isLast: boolean): readonly number[] {
    const sessions = this.#sessions;
    const groups = [...sessions.inSpan, ...sessions.silentSince(this.#endedBefore(span) - this.#gapMs)];
    if (this.#ledger.isEmpty) return groups;
    const all = new Set(groups);
    if (isLast) {
      for (const group of sessions.openGroups()) {
        if (this.#ledger.has(sessions.look(sessions.openOf(group)))) all.add(group);
      }
    }
    for (const { group, startMs } of this.#ledger.keys()) {
      if (startMs >= span.fromMs && startMs < span.toMs) all.add(sessions.numberOf(group.values));
    }
    return [...all];
  }

  #inHashOrder(all: readonly number[], fromHash: number): GroupOrder {
    const hashed = all.map((group) => ({ group, hash: this.#sessions.hashOf(group) }));
    const order = sortedByHash(
      hashed.filter(({ hash }) => hash >= fromHash),
      ({ group }) => groupText(this.#sessions.valuesOf(group)),
    );
    return { groups: order.map(({ group }) => group), marks: order.map(({ hash }) => hash) };
  }

  /** Groups of which sessions may be complete; those of the others are opened. */
  #inOrderOfStart(span: Span, groups: readonly number[]): GroupOrder {
    const sessions = this.#sessions;
    if (!this.#ledger.isEmpty) return sessions.inOrderOfStart(groups);
    const beforeMs = this.#endedBefore(span) - this.#gapMs;
    const left: number[] = [];
    for (const group of groups) {
      if (!sessions.isBeginning(group, beforeMs)) {
        left.push(group);
        continue;
      }
      sessions.nextComplete(group);
      this.#carried.touch(group);
    }
    return sessions.inOrderOfStart(left);
  }

  /** Goes through one group of a span: what it comes to is added to the round. */
  #step(span: Span, group: number, isLast: boolean, round: Round): void {
    const { isResumed, markers } = this.#run;
    const sessions = this.#sessions;
    const before = sessions.openOf(group);
    // What was touched before a pause is not noted: to look once more at a row changes nothing.
    if (before >= 0 && isResumed && markers.length > 0) sessions.touch(before);
    const fromMs = before < 0 ? span.fromMs : sessions.firstMs(before);
    const starts = this.#ledger.isEmpty ? null : new Set<number>();
    for (let session = sessions.nextComplete(group); session >= 0; session = sessions.nextComplete(group)) {
      this.#complete(session, round, starts);
    }
    let open = sessions.openOf(group);
    if (open >= 0 && sessions.lastMs(open) + this.#gapMs < this.#endedBefore(span)) {
      this.#complete(sessions.close(group), round, starts);
      open = -1;
    }
    if (open >= 0 || before >= 0) this.#carried.touch(group);
    if (starts === null) return;
    // A late event can make a session go on that was final: its row is revised, and not taken back.
    if (isLast && open >= 0) this.#show(sessions.look(open), round, starts);
    const toMs = open < 0 ? span.toMs : sessions.firstMs(open);
    const ofGroup = { values: sessions.valuesOf(group) };
    for (const { startMs, endMs } of this.#ledger.of(ofGroup)) {
      if (startMs < fromMs || startMs >= toMs || starts.has(startMs)) continue;
      round.gone.push({ group: ofGroup, window: { startMs, endMs } });
    }
  }

  #complete(place: number, round: Round, starts: Set<number> | null): void {
    if (this.#writesPlaces && this.#isFresh(this.#sessions.lastMs(place) + this.#gapMs)) {
      round.places.push(place);
      return;
    }
    const session = this.#sessions.take(place);
    if (this.#settled.takes(this.#endOf(session))) this.#settled.add(this.#rowOf(session));
    this.#show(session, round, starts);
  }

  /** Whether a session that ends at an instant, and that no late event can have changed, has its first row now. */
  #isFresh(endMs: number): boolean {
    const { closedUpToMs } = this.#run.fence.progress;
    return endMs >= closedUpToMs && endMs < this.#run.pass.closeUpToMs && !this.#run.isUnfinished(endMs);
  }

  /** Notes the starts of sessions that have a row. */
  #show(session: Session, round: Round, starts: Set<number> | null): void {
    if (this.#endOf(session) >= this.#run.pass.closeUpToMs && !this.#ledger.has(session)) return;
    this.#sort(session, round);
    starts?.add(session.firstMs);
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
    if (round.places.length > 0) {
      await this.#run.emitSessions(this.#sessions, round.places);
      for (const place of round.places) this.#sessions.letGo(place);
    }
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
    this.#openFrom = this.#sessions.starts();
    if (this.#atCutoff !== null || !isWorthFolding(this.#run)) return;
    this.#atCutoff = await this.#carried.save(this.#run.fence.nextVersion, this.#run.nextSerial);
  }

  async #pause(cursor: { fromMs: number; toMs: number; hash: number }): Promise<KindOutcome> {
    return {
      kind: 'paused',
      cursor,
      closedUpToMs: cursor.fromMs,
      state: await this.#carried.save(this.#run.fence.nextVersion, this.#run.nextSerial),
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

/** Sessions and keys of rows that are written together. */
class Round {
  /** New, and never written: places of the table, where they can be written as they lie there. */
  readonly places: number[] = [];
  /** The same as objects. */
  readonly fresh: Session[] = [];
  /** New, and perhaps written by a finalizer that never finished. */
  readonly careful: Session[] = [];
  /** Had a row before. */
  readonly looked: Session[] = [];
  /** Of the new ones, those whose rows may have to be taken back one day. */
  readonly noted: Session[] = [];
  readonly gone: GoneRow[] = [];

  get size(): number {
    return this.places.length + this.fresh.length + this.careful.length + this.looked.length + this.gone.length;
  }
}
