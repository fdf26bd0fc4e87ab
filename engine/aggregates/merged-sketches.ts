import type { ByteReader } from '../bytes/byte-reader.ts';
import { HyperLogLog, type ListedEntries, registerOf } from './hyper-log-log.ts';
import { readCount, readDense, readEntries, readSparse } from './hyper-log-log-codec.ts';
import type { MergedColumn } from './state-column.ts';

/** Entries of a group in the list; with more it gets a sketch of its own: most of what comes then is in it already. */
const MOST_LISTED = 512;
const NONE = -1;
const NOTHING: ListedEntries = { entries: new Int32Array(0), from: 0, to: 0 };

/**
 * Sketches of many groups, merged from segments. Most are small and are in one or two segments: the entries of each lie one
 * after another in a list, and are merged when they are looked at.
 */
export class MergedSketches implements MergedColumn {
  #entries = new Int32Array(1024);
  #length = 0;
  /** By group: the run of entries that came last, or `NONE`. */
  #lastRuns = new Int32Array(0);
  readonly #runs = new Runs();
  /** By group, of many entries. */
  readonly #sketches = new Map<number, HyperLogLog>();

  merge(groups: Int32Array, groupCount: number, input: ByteReader): void {
    this.#reserveGroups(groupCount);
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as number;
      const count = readCount(input);
      const sketch = this.#sketches.size === 0 ? undefined : this.#sketches.get(group);
      if (sketch !== undefined) sketch.merge(count === null ? readDense(input) : readSparse(input, count));
      else if (count === null) this.#sketchOf(group).merge(readDense(input));
      else this.#list(group, count, input);
    }
  }

  stateOf(group: number): HyperLogLog {
    return this.#sketches.get(group) ?? new HyperLogLog(this.#mergedRuns(group));
  }

  #list(group: number, count: number, input: ByteReader): void {
    if (count === 0) return;
    const last = this.#lastRuns[group] as number;
    const total = count + (last === NONE ? 0 : this.#runs.total(last));
    if (total > MOST_LISTED) {
      this.#sketchOf(group).merge(readSparse(input, count));
      return;
    }
    const from = this.#length;
    this.#reserveEntries(from + count);
    readEntries(input, count, this.#entries, from);
    this.#length = from + count;
    this.#lastRuns[group] = this.#runs.add(from, from + count, total, last);
  }

  /** A sketch of what is listed of a group so far, which takes what comes from now on. */
  #sketchOf(group: number): HyperLogLog {
    const sketch = new HyperLogLog(this.#mergedRuns(group));
    this.#sketches.set(group, sketch);
    return sketch;
  }

  #mergedRuns(group: number): ListedEntries {
    const last = group < this.#lastRuns.length ? (this.#lastRuns[group] as number) : NONE;
    if (last === NONE) return NOTHING;
    let merged: ListedEntries = this.#listed(last);
    for (let run = this.#runs.before(last); run !== NONE; run = this.#runs.before(run)) {
      merged = mergeListed(merged, this.#listed(run));
    }
    return merged;
  }

  #listed(run: number): ListedEntries {
    return { entries: this.#entries, from: this.#runs.from(run), to: this.#runs.to(run) };
  }

  #reserveGroups(count: number): void {
    if (count <= this.#lastRuns.length) return;
    const larger = new Int32Array(count * 2).fill(NONE);
    larger.set(this.#lastRuns);
    this.#lastRuns = larger;
  }

  /** What is looked at keeps the list that it was made of. */
  #reserveEntries(count: number): void {
    if (count <= this.#entries.length) return;
    const larger = new Int32Array(count * 2);
    larger.set(this.#entries);
    this.#entries = larger;
  }
}

/** Where runs of entries lie, each with the one before it of the same group. */
class Runs {
  #fields = new Int32Array(4 * 256);
  #count = 0;

  /** `total`: entries of the group with those of this run; `before`: its run before, or `NONE`. Returns the run's number. */
  add(from: number, to: number, total: number, before: number): number {
    const run = this.#count++;
    if (this.#count * 4 > this.#fields.length) {
      const larger = new Int32Array(this.#fields.length * 2);
      larger.set(this.#fields);
      this.#fields = larger;
    }
    const fields = this.#fields;
    fields[run * 4] = from;
    fields[run * 4 + 1] = to;
    fields[run * 4 + 2] = total;
    fields[run * 4 + 3] = before;
    return run;
  }

  from(run: number): number {
    return this.#fields[run * 4] as number;
  }

  to(run: number): number {
    return this.#fields[run * 4 + 1] as number;
  }

  total(run: number): number {
    return this.#fields[run * 4 + 2] as number;
  }

  before(run: number): number {
    return this.#fields[run * 4 + 3] as number;
  }
}

/** Entries of both, by register; of a register that is in both the higher rank, which the higher entry has. */
function mergeListed(a: ListedEntries, b: ListedEntries): ListedEntries {
  const entries = new Int32Array(a.to - a.from + b.to - b.from);
  let to = 0;
  let i = a.from;
  let j = b.from;
  while (i < a.to && j < b.to) {
    const left = a.entries[i] as number;
    const right = b.entries[j] as number;
    const difference = registerOf(left) - registerOf(right);
    entries[to++] = difference === 0 ? Math.max(left, right) : difference < 0 ? left : right;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  while (i < a.to) entries[to++] = a.entries[i++] as number;
  while (j < b.to) entries[to++] = b.entries[j++] as number;
  return { entries, from: 0, to };
}
