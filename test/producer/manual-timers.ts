import type { Timers } from '../../producer/timers.ts';

/** Time that goes on when it is told to, and chance that is always one half. */
export interface ManualTimers extends Timers {
  /** Lets time pass: runs what falls due, in order, and what that sets off. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until nothing is due any more, or `done` says so. */
  runOut(done?: () => boolean): Promise<void>;
  readonly running: number;
}

export function manualTimers(random: () => number = () => 0.5): ManualTimers {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const next = () => [...timers].sort((a, b) => a.atMs - b.atMs)[0];
  const advanceTo = async (untilMs: number) => {
    await reactions();
    for (let timer = next(); timer !== undefined && timer.atMs <= untilMs; timer = next()) {
      timers.delete(timer);
      nowMs = Math.max(nowMs, timer.atMs);
      timer.run();
      await reactions();
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  return {
    nowMs: () => nowMs,
    random,
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => advanceTo(nowMs + ms),
    async runOut(done = () => false) {
      await reactions();
      for (let timer = next(); timer !== undefined && !done(); timer = next()) await advanceTo(timer.atMs);
    },
    get running() {
      return timers.size;
    },
  };
}

/** Until all promises that can go on have gone on. */
export function reactions(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
