/** An event as the simulation made it. */
export interface Event {
  readonly id: string;
  readonly user: string;
  readonly n: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export const MAX_LATENESS_MS = 10_000;
export const MAX_SKEW_MS = 5000;
export const IDLE_TIMEOUT_MS = 1000;
export const DEDUPE_MS = 20_000;
