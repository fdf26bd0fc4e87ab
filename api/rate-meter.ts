/** Events a second over the last few seconds, from a count that only rises. */
export class RateMeter {
  readonly #windowMs: number;
  #samples: { readonly atMs: number; readonly count: number }[] = [];

  constructor(windowMs = 5000) {
    this.#windowMs = windowMs;
  }

  update(count: number, nowMs: number): number {
    this.#samples.push({ atMs: nowMs, count });
    const firstKept = this.#samples.findIndex((sample) => sample.atMs > nowMs - this.#windowMs);
    this.#samples = this.#samples.slice(Math.max(0, firstKept - 1));
    const [first] = this.#samples;
    if (first === undefined || nowMs <= first.atMs) return 0;
    return ((count - first.count) * 1000) / (nowMs - first.atMs);
  }
}
