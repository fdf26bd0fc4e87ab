/** Time and chance, as arguments: tests neither wait nor gamble. */
export interface Timers {
  /** Of any clock that goes on evenly: only differences count. */
  nowMs(): number;
  /** Evenly spread in [0, 1), as `Math.random`. */
  random(): number;
  /** Calls `run` once after so long; what it returns prevents that. */
  after(ms: number, run: () => void): () => void;
}

export const REAL_TIMERS: Timers = {
  nowMs: () => performance.now(),
  random: Math.random,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
