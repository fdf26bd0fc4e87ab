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
  #groups = new Int32Array(256);
  #entries = new Int32Array(256);
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
    const sketch = this.#sketches[group];
    if (sketch !== undefined) {
      sketch.raise(registerOf(entry), rankOf(entry));
      return;
    }
    const at = this.#length++;
    if (at === this.#groups.length) {
      this.#groups = copied(this.#groups, at * 2);
      this.#entries = copied(this.#entries, at * 2);
    }
    this.#groups[at] = group;
    this.#entries[at] = entry;
    this.#sorted = null;
    const size = (this.#sizes[group] as number) + 1;
    this.#sizes[group] = size;
    if (size >= MOST_LOGGED) this.#sketches[group] = new HyperLogLog();
    if (this.#length >= this.#mostInLog) this.#empty();
  }

  write(group: number, out: ByteWriter): void {
    this.#sorted ??= this.#sort();
    const { starts, entries } = this.#sorted;
    const logged = group + 1 < starts.length ? entries.subarray(starts[group], starts[group + 1]) : NONE;
    const sketch = this.#sketches[group];
    if (sketch === undefined) {
      writeEntries(highestOf(logged), out);
      return;
    }
    for (let i = 0; i < logged.length; i++) sketch.raise(registerOf(logged[i] as number), rankOf(logged[i] as number));
    writeHyperLogLog(sketch, out);
  }

  /** Puts the log's entries by their groups: where each group's begin, and the entries. */
  #sort(): Sorted {
    const groups = this.#sketches.length;
    const starts = new Int32Array(groups + 1);
    for (let i = 0; i < this.#length; i++) starts[(this.#groups[i] as number) + 1]! += 1;
    for (let group = 0; group < groups; group++) starts[group + 1]! += starts[group] as number;
    const next = starts.slice();
    const entries = new Int32Array(this.#length);
    for (let i = 0; i < this.#length; i++) {
      const group = this.#groups[i] as number;
      const at = next[group] as number;
      entries[at] = this.#entries[i] as number;
      next[group] = at + 1;
    }
    return { starts, entries };
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

/** Sorts entries in place, and leaves of each register the highest rank. */
function highestOf(entries: Int32Array): Int32Array {
  if (entries.length > MOST_INSERTED) entries.sort();
  else insertionSort(entries);
  let kept = 0;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as number;
    const isLast = i + 1 === entries.length || registerOf(entries[i + 1] as number) !== registerOf(entry);
    if (isLast) entries[kept++] = entry;
  }
  const highest = entries.subarray(0, kept);
  return highest;
}

/** The built-in sort of typed arrays is slower on as few. */
const MOST_INSERTED = 32;

function insertionSort(entries: Int32Array): void {
  for (let i = 1; i < entries.length; i++) {
    const entry = entries[i] as number;
    let at = i - 1;
    for (; at >= 0 && (entries[at] as number) > entry; at--) entries[at + 1] = entries[at] as number;
    entries[at + 1] = entry;
  }
}

function copied(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const into = new Int32Array(length);
  into.set(from);
  return into;
}

const NONE = new Int32Array(0);
