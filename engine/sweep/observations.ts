import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import { loadObservation, type Observation, observationWrite, positionName } from '../state/observation.ts';
import { commits } from './commits.ts';

/** How far apart sweeps are meant to be. */
export const SWEEP_INTERVAL_MS = 60_000;

/** Sweeps that are further apart than this belong to two sessions: nobody knows what was between them. */
const MAX_DISTANCE_MS = 2 * SWEEP_INTERVAL_MS;

/** Where a session of sweeps leaves what it found. */
export interface Observations {
  /** The clock that the distance of two sweeps is measured by. */
  readonly clock: Clock;
  last(stream: string): Promise<Observation | null>;
  keep(stream: string, observation: Observation): Promise<void>;
}

/** Sweeps of one process: the next process starts over. Its clock should be monotonic, so that nobody can set it. */
export class SessionObservations implements Observations {
  readonly clock: Clock;
  readonly #last = new Map<string, Observation>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async last(stream: string): Promise<Observation | null> {
    return this.#last.get(stream) ?? null;
  }

  async keep(stream: string, observation: Observation): Promise<void> {
    this.#last.set(stream, observation);
  }
}

/** Sweeps that are functions: each may run elsewhere, so what they find lies in the state. */
export class StoredObservations implements Observations {
  readonly clock: Clock;
  readonly #state: StateStore;

  constructor(state: StateStore, clock: Clock) {
    this.#state = state;
    this.clock = clock;
  }

  last(stream: string): Promise<Observation | null> {
    return loadObservation(this.#state, stream);
  }

  /** Where another sweep was faster, or the outcome is not known, the next sweep compares with what is there. */
  async keep(stream: string, observation: Observation): Promise<void> {
    await commits(this.#state, [observationWrite(stream, observation)]);
  }
}

/**
 * How long a shard has been seen to stand where it stands, if nothing waits in it now; null where it has moved since the
 * last sweep. Only two sweeps that saw the same tell what was between them:
 *
 *   sweep:      at P │ at P: +1 min │ at P: +1 min ┊ out for 8 hours ┊ at P: a new session, 0
 *   producers:  silent ............................┊ out for 8 hours ┊ send what they kept
 *
 * By the clock alone the shard was idle for 8 hours, and what the producers kept would be late.
 */
export function standingMs(last: Observation | null, checkpoint: Checkpoint, atMs: number): number | null {
  const seen = last?.shards[checkpoint.shard];
  if (last === null || seen === undefined) return 0;
  if (seen.position !== positionName(checkpoint)) return null;
  const distanceMs = atMs - last.atMs;
  return distanceMs <= MAX_DISTANCE_MS ? seen.idleMs + Math.max(0, distanceMs) : 0;
}
