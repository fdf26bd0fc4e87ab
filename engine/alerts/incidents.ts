import type { Severity } from '../ir/alert.ts';
import { isGraver, type Verdict } from '../plan/alerts.ts';
import { usualStepMs, type WindowSteps, windowsAfter } from '../windows/aligned.ts';

/** What decides how verdicts make incidents. */
export interface IncidentRules extends WindowSteps {
  readonly forWindows: number;
  readonly cooldownMs: number;
}

/** The window that shows that an incident is over, of which the last window starts at an instant. */
export function quietAfter({ cooldownMs, ...steps }: Omit<IncidentRules, 'forWindows'>, lastMs: number): number {
  return windowsAfter(steps, lastMs, 1 + Math.ceil(cooldownMs / usualStepMs(steps)));
}

/** Where an incident began, or became graver. */
export interface Step {
  readonly atMs: number;
  readonly severity: Severity;
  readonly reason: string;
}

/** One incident of one group. All instants are starts of windows. */
export interface Incident {
  readonly firstMs: number;
  /** The last window in which it was on. */
  readonly lastMs: number;
  /** Its opening, and each window after it in which it became graver. Of an incident that began in folded windows the last alone. */
  readonly steps: readonly Step[];
  /** The window that shows that it is over; null while it is not. */
  readonly resolvedMs: number | null;
}

/** Windows in a row for which the condition is true, too few yet to be announced. */
interface Run {
  firstMs: number;
  lastMs: number;
  windows: number;
  peak: Step;
}

/** What the windows before an instant leave for those after it. */
export interface FoldedRun {
  readonly run: Readonly<Run> | null;
  /** The incident that is on there. */
  readonly open: Incident | null;
}

export const NOTHING_FOLDED: FoldedRun = { run: null, open: null };

/**
 * Incidents of one group, made of the verdicts on its rows. A window without a verdict is one in which the condition is
 * false: an incident ends after one such window, or with a cooldown after as many as that is long.
 *
 *   for 2, no cooldown    . F F F . . F . F F
 *                           |opened |resolved |opened
 *                         first: the window of the first F of each run
 *
 * What comes out depends on the verdicts alone, and not on how often and up to where anybody has looked before.
 */
export class IncidentFold {
  readonly #rules: IncidentRules;
  readonly #over: Incident[] = [];
  #run: Run | null;
  #open: { firstMs: number; lastMs: number; steps: Step[] } | null;

  constructor(rules: IncidentRules, { run, open }: FoldedRun) {
    this.#rules = rules;
    this.#run = run === null ? null : { ...run };
    this.#open = open === null ? null : { firstMs: open.firstMs, lastMs: open.lastMs, steps: [...open.steps] };
  }

  /** Takes a window's verdict. Tell of windows in the order of time. */
  take(startMs: number, verdict: Verdict): void {
    this.closeUpTo(startMs);
    if (verdict.kind === 'holds') {
      this.#run = null;
      if (this.#open !== null) this.#open.lastMs = startMs;
      return;
    }
    const step = { atMs: startMs, severity: verdict.severity, reason: verdict.reason };
    if (this.#open === null) this.#lengthenRun(step);
    else this.#goOn(this.#open, step);
  }

  /** The windows before an instant are final: those without a verdict may end an incident. */
  closeUpTo(startMs: number): void {
    if (this.#run !== null && windowsAfter(this.#rules, this.#run.lastMs, 1) < startMs) this.#run = null;
    if (this.#open === null) return;
    const resolvedMs = quietAfter(this.#rules, this.#open.lastMs);
    if (resolvedMs >= startMs) return;
    this.#over.push({ ...this.#open, resolvedMs });
    this.#open = null;
  }

  /** Those that are over and the one that is on, in the order of time. */
  get incidents(): readonly Incident[] {
    return this.#open === null ? this.#over : [...this.#over, { ...this.#open, resolvedMs: null }];
  }

  /** What is left for later windows. */
  get folded(): FoldedRun {
    const last = this.#open?.steps.slice(-1);
    const open = this.#open === null || last === undefined ? null : { ...this.#open, steps: last, resolvedMs: null };
    return { run: this.#run, open };
  }

  #lengthenRun(step: Step): void {
    const run = this.#run ?? { firstMs: step.atMs, lastMs: step.atMs, windows: 0, peak: step };
    run.lastMs = step.atMs;
    run.windows++;
    if (!isGraver(run.peak.severity, step.severity)) run.peak = step;
    this.#run = run;
    if (run.windows < this.#rules.forWindows) return;
    this.#open = { firstMs: run.firstMs, lastMs: step.atMs, steps: [{ ...run.peak, atMs: step.atMs }] };
    this.#run = null;
  }

  #goOn(open: { lastMs: number; steps: Step[] }, step: Step): void {
    open.lastMs = step.atMs;
    if (isGraver(step.severity, (open.steps.at(-1) as Step).severity)) open.steps.push(step);
  }
}

/** How the windows of a view follow one another. */
export function stepsOf({ window }: { readonly window: { readonly grid: WindowSteps | null } }): WindowSteps {
  const { slideMs, calendar } = window.grid ?? { slideMs: 1 };
  return calendar === undefined ? { slideMs } : { slideMs, calendar };
}
