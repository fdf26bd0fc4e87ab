export type Outcome = 'passed' | 'failed' | 'not run';

export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  readonly detail: string;
}

/** The steps and their outcomes, printed as they happen and again at the end. */
export class Report {
  readonly steps: Step[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(name: string, outcome: Outcome, detail: string): void {
    this.steps.push({ name, outcome, detail });
    this.#say(lineOf({ name, outcome, detail }));
  }

  /** Runs a step. What it returns is its detail; what it throws makes it fail, and ends the run. */
  async step(name: string, work: () => Promise<string>): Promise<void> {
    try {
      this.add(name, 'passed', await work());
    } catch (error) {
      this.add(name, 'failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  get outcome(): Outcome {
    if (this.steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
    return this.steps.some(({ outcome }) => outcome === 'passed') ? 'passed' : 'not run';
  }

  /** One line that claims no more than what ran. */
  get summary(): string {
    const of = (wanted: Outcome) => this.steps.filter(({ outcome }) => outcome === wanted).length;
    return `Local cloud: ${this.outcome}. ${of('passed')} passed, ${of('failed')} failed, ${of('not run')} not run.`;
  }
}

function lineOf({ name, outcome, detail }: Step): string {
  return `${outcome.toUpperCase().padEnd(8)}${name}: ${detail}`;
}
