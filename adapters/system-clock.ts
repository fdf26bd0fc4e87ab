import type { Clock } from '../engine/ports/clock.ts';

/** Since 1970. People and machines set it. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** Since some instant of its own. It never goes back, and nobody sets it. */
export const monotonicClock: Clock = { nowMs: () => performance.now() };
