/** What the gathering needs of the browser. */
export interface TogetherPorts {
  after(ms: number, action: () => void): () => void;
  /** Does it as one change of the page. */
  atOnce(action: () => void): void;
}

/** Nobody sees a chart that is so much later than another. */
const LONGEST_MS = 150;

/**
 * Gathers what comes piece by piece, and does it in one go once all that was begun has ended, or a moment after the first. Each
 * go is one frame: a page of twenty charts whose answers come one after the other would be laid out and painted twenty times.
 */
export class Together {
  readonly #ports: TogetherPorts;
  readonly #waiting: (() => void)[] = [];
  #begun = 0;
  #stop: (() => void) | null = null;

  constructor(ports: TogetherPorts) {
    this.#ports = ports;
  }

  begin(): void {
    this.#begun++;
  }

  /** What was begun has ended, with what is to be done. */
  end(action: () => void): void {
    this.#begun--;
    this.#waiting.push(action);
    if (this.#begun === 0) this.#doAll();
    else this.#stop ??= this.#ports.after(LONGEST_MS, () => this.#doAll());
  }

  #doAll(): void {
    this.#stop?.();
    this.#stop = null;
    this.#ports.atOnce(() => {
      for (const action of this.#waiting.splice(0)) action();
    });
  }
}
