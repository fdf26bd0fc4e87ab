import type { Random } from './random.ts';

/** How often each kind of fault is injected, in percent of its occasions. */
export interface FaultRates {
  readonly lostReply: number;
  readonly lostRequest: number;
  readonly throttled: number;
  readonly conflict: number;
  readonly inProgress: number;
  /** An attempt is repeated after its reply was lost, and its request token is no longer known. */
  readonly expiredToken: number;
  readonly torn: number;
  readonly splitWrites: number;
  readonly kill: number;
  readonly freeze: number;
  readonly timeOut: number;
  readonly zombieBatch: number;
  readonly lostWake: number;
  readonly doubledWake: number;
  readonly delayedWake: number;
  readonly producerDuplicate: number;
  readonly poison: number;
  readonly farFuture: number;
  readonly tooLate: number;
  readonly reshard: number;
  readonly pauseShard: number;
  readonly discard: number;
  readonly slices: number;
  readonly smallCommits: number;
  readonly longPause: number;
  readonly deploy: number;
  readonly staleTopology: number;
  /** The source lists a closed shard no more. */
  readonly unlist: number;
}

export type FaultKind = keyof FaultRates;

export const NO_FAULTS: FaultRates = {
  lostReply: 0,
  lostRequest: 0,
  throttled: 0,
  conflict: 0,
  inProgress: 0,
  expiredToken: 0,
  torn: 0,
  splitWrites: 0,
  kill: 0,
  freeze: 0,
  timeOut: 0,
  zombieBatch: 0,
  lostWake: 0,
  doubledWake: 0,
  delayedWake: 0,
  producerDuplicate: 0,
  poison: 0,
  farFuture: 0,
  tooLate: 0,
  reshard: 0,
  pauseShard: 0,
  discard: 0,
  slices: 0,
  smallCommits: 0,
  longPause: 0,
  deploy: 0,
  staleTopology: 0,
  unlist: 0,
};

/** Rates for one seed: most kinds are off, so that a seed shows what a few of them do together. */
export function drawRates(random: Random): FaultRates {
  const often = (most: number) => (random.chance(40) ? random.between(1, most) : 0);
  const rates = {
    lostReply: often(30),
    lostRequest: often(5),
    throttled: often(8),
    conflict: often(8),
    inProgress: often(4),
    expiredToken: often(10),
    torn: random.chance(60) ? random.between(5, 80) : 0,
    splitWrites: random.chance(40) ? random.between(10, 90) : 0,
    kill: often(6),
    freeze: often(8),
    timeOut: often(3),
    zombieBatch: often(20),
    lostWake: often(60),
    doubledWake: often(40),
    delayedWake: often(60),
    producerDuplicate: often(25),
    poison: often(12),
    farFuture: often(8),
    tooLate: random.chance(60) ? random.between(5, 40) : 0,
    reshard: often(12),
    pauseShard: often(30),
    discard: often(20),
    slices: often(40),
    smallCommits: often(60),
    longPause: often(5),
    deploy: random.chance(20) ? 3 : 0,
    staleTopology: often(20),
  };
  return { ...rates, unlist: rates.reshard > 0 ? 30 : 0 };
}

/** Injects faults while it is on, and counts them. */
export class Faults {
  isOn = true;
  /** How many more there may be. */
  budget = Number.POSITIVE_INFINITY;
  readonly injected = new Map<FaultKind, number>();
  readonly rates: FaultRates;
  readonly #random: Random;

  constructor(random: Random, rates: FaultRates) {
    this.#random = random;
    this.rates = rates;
  }

  happens(kind: FaultKind): boolean {
    if (!this.isOn || this.budget === 0 || !this.#random.chance(this.rates[kind])) return false;
    this.budget--;
    this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
    return true;
  }
}
