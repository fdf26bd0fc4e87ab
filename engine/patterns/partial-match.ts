import type { LogRow } from '../joins/event-log.ts';
import type { Measure } from './measures.ts';

/**
 * The last event of a partial match, linked to those before it. Partial matches that begin alike share their beginning, and what
 * none of them holds any more is collected as garbage: no reference is counted.
 *
 * @example a1 b1 b2 under `a followedByAny b followedBy c`: two partial matches, one a1
 *   a1 ◄── b1
 *      ◄── b2
 */
export class Taken {
  readonly step: number;
  readonly row: LogRow;
  /** The event's number among those of its key: events of one time and content are still two. */
  readonly ordinal: number;
  /** Of the step up to this event, by measure. */
  readonly measures: readonly (Measure | null)[];
  /** The event before it in the match; of a step that took very many, not all are kept. */
  readonly earlier: Taken | null;
  /** Events of the step up to this one. */
  readonly count: number;
  /** The event before it of the same step. */
  readonly previous: LogRow | null;
  /** The first event of the step. */
  readonly first: Taken;
  /** The first event of the match. */
  readonly start: Taken;
  /** What it waits for, as bits: events of steps, by the step's number, and `END`, `FRESH`, `DONE`. */
  waits = 0;

  /** @param former of a step of which some events are not kept: what these leave behind. */
  constructor(before: Taken | null, { step, row, ordinal, measures }: TakenEvent, former?: Former) {
    this.step = step;
    this.row = row;
    this.ordinal = ordinal;
    this.measures = measures;
    const ofStep = before?.step === step ? before : null;
    this.earlier = ofStep !== null && ofStep.count >= KEPT_EVENTS ? ofStep.earlier : before;
    this.count = former?.count ?? (ofStep?.count ?? 0) + 1;
    this.previous = former?.previous ?? ofStep?.row ?? null;
    this.first = ofStep?.first ?? this;
    this.start = before?.start ?? this;
  }

  /** Whether it still waits for something, and so is a partial match. */
  get isOpen(): boolean {
    return (this.waits & WAITING) !== 0;
  }

  /** Whether events of its step lie before it that are not kept. */
  get isCut(): boolean {
    return this.count > KEPT_EVENTS;
  }

  /** The events, first to last. */
  chain(): readonly Taken[] {
    const chain: Taken[] = [];
    for (let taken: Taken | null = this; taken !== null; taken = taken.earlier) chain.push(taken);
    return chain.reverse();
  }

  /** The last event of each step, last step first. */
  *steps(): Iterable<Taken> {
    for (let taken: Taken | null = this; taken !== null; taken = taken.first.earlier) yield taken;
  }
}

export type TakenEvent = Pick<Taken, 'step' | 'row' | 'ordinal' | 'measures'>;
export type Former = Pick<Taken, 'count' | 'previous'>;

/** The event was the last one that came: what must come next, or must not, is decided by the next one. */
export const FRESH = 1;
/** It is a match by itself already, and waits for more: it does not time out. */
export const DONE = 2;
/** A match that is complete at its limit, unless an event comes that must be absent. */
export const END = 4;
const WAITING = ~(FRESH | DONE);

/** The next event of a step. Later steps have higher bits. */
export function waitBit(step: number): number {
  return 8 << step;
}

/** Events that one step of a match keeps. Beyond them it keeps the last one, and what all came to: count, sum, least, greatest. */
export const KEPT_EVENTS = 100;
