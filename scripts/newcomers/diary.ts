export type Outcome = 'passed' | 'failed' | 'not run';

export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  /** Null where it is not the newcomer's time. */
  readonly seconds: number | null;
  /** What it found out, as words for people: `'23 packages, no warnings'`. */
  readonly detail: string;
}

/** What one newcomer did, and how long each step took. Each is told as it ends. */
export class Diary {
  readonly steps: Step[] = [];
  readonly #tell: (step: Step) => void;

  constructor(tell: (step: Step) => void) {
    this.#tell = tell;
  }

  /** Does a step. What it returns is its detail; what it throws makes it fail, and ends the newcomer's day. */
  async step(name: string, work: () => Promise<string>): Promise<void> {
    const startedMs = performance.now();
    await this.#do(name, work, () => (performance.now() - startedMs) / 1000);
  }

  /** Looks at what a step came to. A newcomer does not, so it takes none of their time. */
  async check(name: string, work: () => Promise<string>): Promise<void> {
    await this.#do(name, work, () => null);
  }

  /** A step that cannot be done on this machine. It is said, and does not count as passed. */
  notRun(name: string, why: string): void {
    this.#add({ name, outcome: 'not run', seconds: null, detail: why });
  }

  get outcome(): Outcome {
    if (this.steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
    return this.steps.some(({ outcome }) => outcome === 'passed') ? 'passed' : 'not run';
  }

  get seconds(): number {
    return this.steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  }

  async #do(name: string, work: () => Promise<string>, seconds: () => number | null): Promise<void> {
    try {
      const detail = await work();
      this.#add({ name, outcome: 'passed', seconds: seconds(), detail });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#add({ name, outcome: 'failed', seconds: seconds(), detail });
      throw error;
    }
  }

  #add(step: Step): void {
    this.steps.push(step);
    this.#tell(step);
  }
}
