import type { ByteReader } from '../bytes/byte-reader.ts';
import type { Group } from '../codec/group.ts';
import { groupText } from '../codec/group.ts';
import { KeyTable } from '../codec/key-table.ts';
import type { ColumnGroups } from '../codec/packed-groups.ts';
import { doubled } from '../columns/keys.ts';
import { hash32 } from '../hash/hash64.ts';
import type { Value } from '../ir/node.ts';
import { numberOrder } from '../lists/number-order.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { gapOf, type Session } from './session.ts';
import { SessionSlots } from './session-slots.ts';

/** Groups without an open session are forgotten once there are more than this, and most are. */
const MOST_CLOSED = 65_536;

/** Groups, and what they are in the order of: their hash, or a start. */
export interface GroupOrder {
  readonly groups: ArrayLike<number>;
  readonly marks: ArrayLike<number>;
}

/**
 * The open session of each group, and the pieces that a span of panes has of groups' sessions, in columns: a million sessions take
 * some tens of megabytes, and most come and go without an object of their own.
 *
 *   group 7   open ─► session of 10:02–10:31      pieces ─► 10:40–10:44 ─► 11:58–11:59
 *   joined:   10:02–10:44 is complete, 11:58–11:59 is open
 *
 * Groups are numbers, until groups are forgotten.
 */
export class SessionTable {
  readonly #view: ViewPlan;
  readonly #gapMs: number;
  readonly #slots: SessionSlots;
  #keys: KeyTable;
  /** By group: its open session, and the first and the last of its pieces. All plus one; 0 where there is none. */
  #open = new Int32Array(256);
  #first = new Int32Array(256);
  #last = new Int32Array(256);
  /** The pane of the last piece. */
  #pane = new Int32Array(256);
  #panes = 0;
  #hashes = new Float64Array(256).fill(Number.NaN);
  #openCount = 0;
  /** Groups with pieces, in the order in which they came. */
  #inSpan: number[] = [];

  constructor(view: ViewPlan) {
    this.#view = view;
    this.#gapMs = gapOf(view);
    this.#slots = new SessionSlots(view.operators);
    this.#keys = this.#noKeys();
  }

  /** How many groups there are: they are numbered from 0 on. */
  get size(): number {
    return this.#keys.size;
  }

  /** Adds open sessions, as `columnsOf` has written them. */
  addOpen(bytes: Uint8Array): void {
    const { body, input, size } = this.#view.segments.open(bytes);
    const groups = this.#keys.numbersOf(body, input, size);
    this.#reserve();
    const slots = groups.map((group) => {
      if (this.#open[group] === 0) this.#setOpen(group, this.#slots.add(group));
      return this.openOf(group);
    });
    this.#slots.merge(slots, input);
  }

  /** Adds what a pane holds, behind all panes before, and says how many groups that are. */
  addPane(segments: readonly Uint8Array[], touched: boolean): number {
    this.#panes++;
    let pieces = 0;
    for (const bytes of segments) {
      const { body, input, size } = this.#view.segments.open(bytes);
      const slots = this.#keys.numbersOf(body, input, size);
      this.#reserve();
      for (let i = 0; i < size; i++) {
        const group = slots[i] as number;
        // Two of a group's events in one pane are always of one session.
        if (this.#last[group] === 0 || this.#pane[group] !== this.#panes) {
          this.#addPiece(group);
          pieces++;
        }
        const slot = (this.#last[group] as number) - 1;
        if (touched) this.#slots.touch(slot);
        slots[i] = slot;
      }
      this.#slots.merge(slots, input);
    }
    return pieces;
  }

  /** The number of a group, which is added where it is not here. */
  numberOf(values: readonly Value[]): number {
    const group = this.#keys.add(values);
    this.#reserve();
    return group;
  }

  /** The same; −1 where it is not here. */
  find(values: readonly Value[]): number {
    return this.#keys.find(values);
  }

  valuesOf(group: number): readonly Value[] {
    return this.#keys.valuesOf(group);
  }

  /** As `hashOf` of `hash-order.ts`. */
  hashOf(group: number): number {
    const known = this.#hashes[group] as number;
    if (!Number.isNaN(known)) return known;
    const hash = hash32(groupText(this.#keys.valuesOf(group)));
    this.#hashes[group] = hash;
    return hash;
  }

  /** Groups with pieces. */
  get inSpan(): readonly number[] {
    return this.#inSpan;
  }

  /** Groups without pieces whose open session has its last event before an instant. */
  silentSince(beforeMs: number): number[] {
    const groups: number[] = [];
    for (let group = 0; group < this.#keys.size; group++) {
      const slot = this.openOf(group);
      if (slot >= 0 && this.#first[group] === 0 && this.#slots.lastMs(slot) < beforeMs) groups.push(group);
    }
    return groups;
  }

  /** Whether a group has one piece alone, whose last event is not before an instant. */
  isBeginning(group: number, beforeMs: number): boolean {
    const piece = (this.#first[group] as number) - 1;
    if (piece < 0 || this.#open[group] !== 0 || this.#last[group] !== piece + 1) return false;
    return this.#slots.lastMs(piece) >= beforeMs;
  }

  /** Groups in the order in which their first sessions start that are open or have pieces. */
  inOrderOfStart(groups: readonly number[]): GroupOrder {
    const starts = new Float64Array(groups.length);
    for (let i = 0; i < groups.length; i++) starts[i] = this.#startOf(groups[i] as number);
    const order = numberOrder(starts);
    const [sorted, marks] = [new Int32Array(order.length), new Float64Array(order.length)];
    for (let i = 0; i < order.length; i++) {
      const index = order[i] as number;
      sorted[i] = groups[index] as number;
      marks[i] = starts[index] as number;
    }
    return { groups: sorted, marks };
  }

  /** Groups that have an open session. */
  openGroups(): number[] {
    const groups: number[] = [];
    for (let group = 0; group < this.#keys.size; group++) if (this.#open[group] !== 0) groups.push(group);
    return groups;
  }

  /** A group's open session; −1 where there is none. */
  openOf(group: number): number {
    return (this.#open[group] as number) - 1;
  }

  /** The starts of the open sessions as they are now, to be asked by the groups' values later: null where a group has none. */
  starts(): (values: readonly Value[]) => number | null {
    const keys = this.#keys;
    const starts = Float64Array.from({ length: keys.size }, (_, group) => {
      const session = this.openOf(group);
      return session < 0 ? Number.NaN : this.firstMs(session);
    });
    return (values) => {
      const startMs = starts[keys.find(values)];
      return startMs === undefined || Number.isNaN(startMs) ? null : startMs;
    };
  }

  firstMs(session: number): number {
    return this.#slots.firstMs(session);
  }

  lastMs(session: number): number {
    return this.#slots.lastMs(session);
  }

  touch(session: number): void {
    this.#slots.touch(session);
  }

  /**
   * Joins a group's pieces in the order of time, from its open session on, up to one that is more than a gap behind: it begins another
   * session, and the one before is complete and handed over. −1 once no piece is left; what they came to is open.
   */
  nextComplete(group: number): number {
    let session = this.openOf(group);
    for (let piece = (this.#first[group] as number) - 1; piece >= 0; ) {
      const next = this.#slots.nextOf(piece);
      this.#first[group] = next + 1;
      if (next < 0) this.#last[group] = 0;
      if (session >= 0 && this.#slots.firstMs(piece) - this.#slots.lastMs(session) <= this.#gapMs) {
        this.#slots.join(piece, session);
      } else {
        this.#slots.link(piece, -1);
        this.#setOpen(group, piece);
        if (session >= 0) return session;
        session = piece;
      }
      piece = next;
    }
    return -1;
  }

  /** Hands a group's open session over. */
  close(group: number): number {
    const session = this.openOf(group);
    this.#open[group] = 0;
    this.#openCount--;
    return session;
  }

  /** Stands at the stored values of a session's group; at another one's after the next call. */
  readerOf(session: number): ByteReader {
    return this.#keys.readerOf(this.#slots.groupOf(session));
  }

  /** A state of a session as its operator has it, to be looked at. */
  stateOf(session: number, index: number): unknown {
    return this.#slots.stateOf(session, index);
  }

  /** Lets go of a session that was handed over. */
  letGo(session: number): void {
    this.#slots.letGo(session);
  }

  /** A session as an object, to be looked at. */
  look(session: number): Session {
    const slots = this.#slots;
    const group: Group = { values: this.#keys.valuesOf(slots.groupOf(session)), states: slots.statesOf(session) };
    return {
      group,
      firstMs: slots.firstMs(session),
      lastMs: slots.lastMs(session),
      touched: slots.isTouched(session),
    };
  }

  /** The same of one that was handed over, and is needed no more here. */
  take(session: number): Session {
    const taken = this.look(session);
    this.#slots.letGo(session);
    return taken;
  }

  /** Lets go of pieces that nobody has joined, and where there are many of groups without an open session: numbers change then. */
  endSpan(beforeForgetting: () => void): void {
    for (const group of this.#inSpan) this.#dropPieces(group);
    this.#inSpan = [];
    if (this.size <= MOST_CLOSED + 2 * this.#openCount) return;
    beforeForgetting();
    this.#forgetClosed();
  }

  /** The open sessions of groups as a segment has them. */
  columnsOf(groups: readonly number[]): ColumnGroups {
    return {
      size: groups.length,
      writeValues: (field, out) => {
        for (const group of groups) this.#keys.write(group, field, out);
      },
      writeStates: (index, out) => {
        for (const group of groups) this.#slots.write(this.openOf(group), index, out);
      },
    };
  }

  /** Infinite where a group has neither. */
  #startOf(group: number): number {
    const first = this.#open[group] === 0 ? (this.#first[group] as number) : (this.#open[group] as number);
    return first === 0 ? Number.POSITIVE_INFINITY : this.#slots.firstMs(first - 1);
  }

  #addPiece(group: number): void {
    const piece = this.#slots.add(group);
    const last = (this.#last[group] as number) - 1;
    if (last >= 0) this.#slots.link(last, piece);
    else {
      this.#first[group] = piece + 1;
      this.#inSpan.push(group);
    }
    this.#last[group] = piece + 1;
    this.#pane[group] = this.#panes;
  }

  #dropPieces(group: number): void {
    for (let piece = (this.#first[group] as number) - 1; piece >= 0; ) {
      const next = this.#slots.nextOf(piece);
      this.#slots.letGo(piece);
      piece = next;
    }
    this.#first[group] = 0;
    this.#last[group] = 0;
  }

  #setOpen(group: number, session: number): void {
    if (this.#open[group] === 0) this.#openCount++;
    this.#open[group] = session + 1;
  }

  #forgetClosed(): void {
    const open = this.openGroups();
    const [sessions, hashes] = [open.map((group) => this.openOf(group)), open.map((group) => this.#hashes[group])];
    this.#keys = this.#keys.only(open);
    this.#open.fill(0);
    this.#hashes.fill(Number.NaN);
    sessions.forEach((session, group) => {
      this.#slots.renumber(session, group);
      this.#open[group] = session + 1;
      this.#hashes[group] = hashes[group] as number;
    });
  }

  #noKeys(): KeyTable {
    return new KeyTable(this.#view.definition.groupBy.length, this.#view.hashKey);
  }

  /** Room for all groups. */
  #reserve(): void {
    while (this.#open.length < this.#keys.size) {
      this.#open = doubled(this.#open);
      this.#first = doubled(this.#first);
      this.#last = doubled(this.#last);
      this.#pane = doubled(this.#pane);
      const hashes = new Float64Array(this.#open.length).fill(Number.NaN);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
  }
}
