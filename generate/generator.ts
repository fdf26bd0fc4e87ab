import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** The options of every generator. */
export interface GenerateOptions {
  /** How many events to make. */
  readonly events: number;
  /** The same seed gives the same bytes. A whole number from 0. */
  readonly seed: number;
  /** The most that an event is behind the latest event time before it. */
  readonly disorderMs: number;
  /** Where event time begins. */
  readonly startMs: number;
  /** Mean events in a second of event time. */
  readonly ratePerSecond: number;
}

/** Makes events for one pipeline. */
export interface EventGenerator {
  /** The name of the pipeline that the events are for. */
  readonly name: string;
  /** The stream of that pipeline. */
  readonly stream: string;
  /** One line for a list of generators. */
  readonly summary: string;
  /** Values of missing options. */
  readonly defaults: GenerateOptions;
  /** Lines of JSON, without line breaks, made as they are asked for. */
  generate(options?: Partial<GenerateOptions>): Iterable<string>;
}

/** An option of a generator is out of its bounds. The message names it. */
export class GenerateOptionError extends StreamgaugeError {
  override readonly name = 'GenerateOptionError';
  readonly code = 'generateOption';
}

const DAY_MS = 86_400_000;
const YEAR_9000_MS = 221_845_392_000_000;

/** Throws a `GenerateOptionError` where an option is out of its bounds. */
export function checkOptions(options: GenerateOptions): void {
  within(options, 'events', 0, Number.MAX_SAFE_INTEGER, true);
  within(options, 'seed', 0, Number.MAX_SAFE_INTEGER, true);
  within(options, 'disorderMs', 0, DAY_MS, true);
  within(options, 'startMs', 0, YEAR_9000_MS, true);
  within(options, 'ratePerSecond', 0.001, 100_000, false);
}

function within(options: GenerateOptions, name: keyof GenerateOptions, min: number, max: number, whole: boolean): void {
  const value = options[name];
  if (value >= min && value <= max && (!whole || Number.isSafeInteger(value))) return;
  throw new GenerateOptionError(
    `${name} is ${value}, and must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`,
  );
}
