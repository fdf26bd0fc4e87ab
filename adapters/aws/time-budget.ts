import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
/**
 * How long the calls of one invocation may take together. Lambda gives a container one invocation at a time, so a
 * container has one budget: each handler sets it as it begins, and clients ask it before each attempt of each call.
 *
 *     invocation   0 s ───────── calls ───────── 57 s ── answer ── 60 s: Lambda kills what still runs
 *
 * Without a limit there is all the time in the world, as on an operator's machine.
 */
export class TimeBudget {
  #leftMs: () => number = () => Number.POSITIVE_INFINITY;

  /** Milliseconds that are left; 0 or less where none are. */
  get leftMs(): number {
    return this.#leftMs();
  }

  /** @param leftMs tells at any time how many milliseconds are left, as `getRemainingTimeInMillis` does. */
  limitTo(leftMs: () => number): void {
    this.#leftMs = leftMs;
  }

  /**
   * Waits for a pause, but no longer than the budget lasts.
   *
   * @throws OutOfTimeError when the budget is spent first.
   */
  async wait<T>(pause: Promise<T>): Promise<T> {
    const { leftMs } = this;
    if (leftMs === Number.POSITIVE_INFINITY) return pause;
    let timer: NodeJS.Timeout | undefined;
    const spent = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new OutOfTimeError()), Math.max(0, leftMs));
    });
    try {
      return await Promise.race([pause, spent]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The budget was spent before the call was sent: nothing was done. */
export class OutOfTimeError extends StreamgaugeError {
  override readonly name = 'OutOfTimeError';
  readonly code = 'outOfTime';

  constructor() {
    super(
      'The time of this invocation is used up, and the call was not sent. It is made again when the work is delivered again.',
    );
  }
}
