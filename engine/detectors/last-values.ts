import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Detector, Verdict } from './detector.ts';
import { Recent } from './recent.ts';

/** How a value is judged by those before it, the oldest first. */
export type Judge = (value: number, before: readonly number[]) => Verdict;

export interface LastValuesOptions {
  /** How many values before this one are looked at. */
  readonly rows: number;
  /** Whether rows without a value take one of the places: then `rows` is a span of time, else a number of values. */
  readonly bySpan?: boolean;
}

/** Judges each value by the last ones, and keeps nothing else. */
export class LastValues implements Detector {
  readonly #recent: Recent;
  readonly #bySpan: boolean;
  readonly #judge: Judge;

  constructor({ rows, bySpan = false }: LastValuesOptions, judge: Judge) {
    this.#recent = new Recent(rows);
    this.#bySpan = bySpan;
    this.#judge = judge;
  }

  step(value: number): Verdict {
    const verdict = this.#judge(value, this.#recent.values());
    this.#recent.push(value);
    return verdict;
  }

  skip(count: number): void {
    if (this.#bySpan) this.#recent.skip(count);
  }

  write(out: ByteWriter): void {
    this.#recent.write(out);
  }

  read(input: ByteReader): void {
    this.#recent.read(input);
  }
}
