/** One event as it is sent: one line of JSON. */
export interface Line {
  /** Without its line break. */
  readonly text: string | Uint8Array;
  /** With its line break. */
  readonly bytes: number;
  /** Known to be JSON. */
  readonly isJson: boolean;
}

/** Lines first in, first out: taking from the front is cheap, however many there are. */
export class LineQueue {
  #lines: Line[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#lines.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  at(index: number): Line {
    return this.#lines[this.#head + index] as Line;
  }

  push(line: Line): void {
    this.#lines.push(line);
    this.#bytes += line.bytes;
  }

  take(count: number): Line[] {
    const taken = this.#lines.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    for (const { bytes } of taken) this.#bytes -= bytes;
    if (this.#head * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
