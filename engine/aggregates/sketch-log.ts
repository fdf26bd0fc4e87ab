import type { ByteWriter } from '../bytes/byte-writer.ts';
import { HyperLogLog, rankOf, registerOf } from './hyper-log-log.ts';
import { writeEntries, writeHyperLogLog } from './hyper-log-log-codec.ts';

/** From so many entries on a group has a sketch of its own: most of what comes then is in it already. */
const MOST_LOGGED = 256;
/** Entries, in 8 MB; then all groups get sketches. */
const MOST_IN_LOG = 1 << 20;

/**
 * Sketches of many groups, most of them small: what is added goes to the end of one log, and is sorted by group and register
 * when it is written. A group of many entries has a `HyperLogLog` beside it.
 */
export class SketchLog {
  readonly #sketches: (HyperLogLog | undefined)[] = [];
  #sizes = new Int32Array(64);
  #groups = new Int32Array(1024);
  #entries = new Int32Array(1024);
  #length = 0;
  /** The log by group, once something is written; null where it has grown since. */
  #sorted: Sorted | null = null;
  readonly #mostInLog: number;

  constructor(mostInLog = MOST_IN_LOG) {
    this.#mostInLog = mostInLog;
  }

  reserve(groupCount: number): void {
    if (groupCount > this.#sizes.length) this.#sizes = copied(this.#sizes, groupCount * 2);
    while (this.#sketches.length < groupCount) this.#sketches.push(undefined);
  }

  /** Adds an entry of each row of a stretch to its group; 0 is none. */
  addAll(groups: Int32Array, entries: Int32Array, from: number, to: number): void {
    const sizes = this.#sizes;
    let i = from;
    while (i < to) {
      // As many as the log has room for go to its end; what is left of a row goes the long way.
      const room = Math.min(to, i + this.#groups.length - this.#length);
      const intoGroups = this.#groups;
      const intoEntries = this.#entries;
      let length = this.#length;
      for (; i < room; i++) {
        const entry = entries[i] as number;
        if (entry === 0) continue;
        const group = groups[i] as number;
        const size = sizes[group] as number;
        if (size >= MOST_LOGGED) {
          const sketch = this.#sketches[group];
          if (sketch === undefined) break;
          sketch.raise(registerOf(entry), rankOf(entry));
          continue;
        }
        sizes[group] = size + 1;
        intoGroups[length] = group;
        intoEntries[length] = entry;
        length++;
      }
      this.#length = length;
      this.#sorted = null;
      if (i < to && entries[i] !== 0) this.add(groups[i] as number, entries[i] as number);
      if (i < to) i++;
    }
  }

  /** Adds what a hash sets, of a group that there is room for. */
  add(group: number, entry: number): void {
    if (this.#length >= this.#mostInLog) this.#empty();
    const sketch = this.#sketches[group];
    if (sketch !== undefined) {
      sketch.raise(registerOf(entry), rankOf(entry));
      return;
    }
    const at = this.#length++;
    if (at === this.#groups.length) {
      this.#groups = copied(this.#groups, at * 4);
      this.#entries = copied(this.#entries, at * 4);
    }
    this.#groups[at] = group;
    this.#entries[at] = entry;
    this.#sorted = null;
    const size = (this.#sizes[group] as number) + 1;
    this.#sizes[group] = size;
    if (size >= MOST_LOGGED) this.#sketches[group] = new HyperLogLog();
  }

  write(group: number, out: ByteWriter): void {
    this.#sorted ??= this.#sort();
    const { starts, entries } = this.#sorted;
    // Of groups that came after the last event with a value there is none.
    const isLogged = group + 1 < starts.length;
    const from = isLogged ? (starts[group] as number) : 0;
    const to = isLogged ? (starts[group + 1] as number) : 0;
    const sketch = this.#sketches[group];
    if (sketch === undefined) {
      writeEntries(entries, from, to, out);
      return;
    }
    for (let i = from; i < to; i++) sketch.raise(registerOf(entries[i] as number), rankOf(entries[i] as number));
    writeHyperLogLog(sketch, out);
  }

  /** Puts the log's entries by their groups, and those of a group by register: where each group's begin, and the entries. */
  #sort(): Sorted {
    const length = this.#length;
    const groups = this.#groups;
    const entries = this.#entries;
    const starts = new Int32Array(this.#sketches.length + 1);
    for (let i = 0; i < length; i++) starts[(groups[i] as number) + 1]! += 1;
    for (let group = 1; group < starts.length; group++) starts[group]! += starts[group - 1] as number;
    const next = starts.slice();
    const sorted = new Int32Array(length);
    for (let i = 0; i < length; i++) sorted[next[groups[i] as number]!++] = entries[i] as number;
    for (let group = 1; group < starts.length; group++) {
      sortPart(sorted, starts[group - 1] as number, starts[group] as number);
    }
    keepHighest(sorted, starts);
    return { starts, entries: sorted };
  }

  #empty(): void {
    for (let i = 0; i < this.#length; i++) {
      const group = this.#groups[i] as number;
      const entry = this.#entries[i] as number;
      const sketch = this.#sketches[group] ?? new HyperLogLog();
      this.#sketches[group] = sketch;
      sketch.raise(registerOf(entry), rankOf(entry));
    }
    this.#length = 0;
    this.#sorted = null;
    // They have sketches now.
    for (let group = 0; group < this.#sizes.length; group++) {
      if (this.#sketches[group] !== undefined) this.#sizes[group] = MOST_LOGGED;
    }
  }
}

interface Sorted {
  readonly starts: Int32Array;
  readonly entries: Int32Array;
}

/** Sorts a part of some numbers. Few are sorted by hand: a view of them and a call take longer. */
function sortPart(numbers: Int32Array, from: number, to: number): void {
  if (to - from > FEW) {
    numbers.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const number = numbers[i] as number;
    let at = i;
    for (; at > from && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = number;
  }
}

const FEW = 40;

/** Of each group's entries, which are by register and rank, leaves of each register the highest rank, in place. */
function keepHighest(entries: Int32Array, starts: Int32Array): void {
  let kept = 0;
  let from = 0;
  for (let group = 1; group < starts.length; group++) {
    const to = starts[group] as number;
    for (let i = from; i < to; i++) {
      const entry = entries[i] as number;
      const isLast = i + 1 === to || registerOf(entries[i + 1] as number) !== registerOf(entry);
      if (isLast) entries[kept++] = entry;
    }
    from = to;
    starts[group] = kept;
  }
}

function copied(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const into = new Int32Array(length);
  into.set(from);
  return into;
}
