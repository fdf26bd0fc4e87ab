import { type FinalizePorts, finalizeView } from '../engine/finalize/finalizer.ts';
import type { PipelinePlan, ViewPlan } from '../engine/plan/plan.ts';
import type { Wake } from '../engine/ports/finalize-queue.ts';
import { canRevise } from '../engine/sources/registry.ts';
import type { LocalQueue } from './local-finalizer.ts';

/** Input between two passes of a view whose rows say the same, however many windows a pass closes. */
const PASS_INPUT_BYTES = 64 * 1024 * 1024;
/** Wake-ups that are taken out of the queue at a time. */
const WAKES = 100;

/**
 * Finalizes while files are read. Nobody looks at the rows before the end, and each pass costs something whatever it finds: it
 * reads the states that are carried. So a view waits for much input where its rows do not tell how many passes there were.
 */
export class RunFinalizer {
  readonly #plan: PipelinePlan;
  readonly #queue: LocalQueue;
  readonly #ports: FinalizePorts;
  readonly #waiting = new Map<string, Wake>();
  #bytes = 0;

  constructor(plan: PipelinePlan, queue: LocalQueue, ports: FinalizePorts) {
    this.#plan = plan;
    this.#queue = queue;
    this.#ports = ports;
  }

  /** Finalizes the views that were woken and that cannot wait, after so many bytes of input more. */
  async afterInput(bytes: number): Promise<void> {
    this.#bytes += bytes;
    await this.#takeWakes();
    if (this.#bytes < PASS_INPUT_BYTES) return;
    this.#bytes = 0;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const wake of waiting) await this.#finalize(wake);
    // What they hand to other views wakes these.
    await this.#takeWakes();
  }

  /** Until none is left: a finalizer may wake others. */
  async #takeWakes(): Promise<void> {
    for (;;) {
      const found = await this.#queue.waiting(WAKES);
      if (found.length === 0) return;
      // Several wake-ups of one bucket say the same: look.
      const targets = new Map(found.map(({ wake }) => [`${wake.view}#${wake.bucket}`, wake]));
      for (const [target, wake] of targets) {
        const view = this.#viewOf(wake);
        if (view !== undefined && canWait(view)) this.#waiting.set(target, wake);
        else await this.#finalize(wake);
      }
      await this.#queue.remove(found.map(({ id }) => id));
    }
  }

  async #finalize(wake: Wake): Promise<void> {
    const view = this.#viewOf(wake);
    // A wake-up for a definition that is no longer deployed has nobody to wake.
    if (view !== undefined) await finalizeView(view, wake.bucket, this.#ports);
  }

  #viewOf({ view: key }: Wake): ViewPlan | undefined {
    return this.#plan.finalized.find((view) => view.key === key);
  }
}

/**
 * Whether a view's rows say the same for any number of passes: only the revision of a row that lacks late events tells how many passes
 * counted some. A row that late events revise counts its revisions, a running total the intervals that were shown, and one message
 * tells of all incidents that a pass finds. The events of a join's log go as passes let go of them.
 */
function canWait(view: ViewPlan): boolean {
  return !canRevise(view) && view.window.hasEnd && view.alerts.length === 0 && view.log === null;
}
