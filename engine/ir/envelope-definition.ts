import { wirePathOf } from './field-shape.ts';
import type { JsonChoice } from './json-step.ts';
import { ARRIVAL, eventTimesOf, type StreamDefinition } from './stream-definition.ts';

/** Where in a record's JSON value its events are. */
export interface EnvelopeDefinition {
  /** On the way to the events: of each step its name, or several, of which the first that is there counts. Lists are gone through, and texts are read as JSON. */
  readonly path: EnvelopeWay;
  /** Fields that each event gets from what is around it. */
  readonly with: readonly EnvelopeField[];
  /** A record holds events only where each of these is one of its values. */
  readonly only: readonly EnvelopeCondition[];
}

export type EnvelopeWay = readonly (readonly string[])[];

export interface EnvelopeField {
  /** What the field is called in the event as it is sent. */
  readonly name: string;
  /** From the record's value. As far as it goes the way of the events it means what the event is in. */
  readonly path: readonly EnvelopeStep[];
}

/** Into a member, or into an element of a list. */
export type EnvelopeStep = string | JsonChoice;

export interface EnvelopeCondition {
  readonly path: readonly EnvelopeStep[];
  readonly values: readonly (string | number | boolean)[];
}

/** What of a stream tells its events from their envelopes. */
export type EnvelopedStream = Pick<StreamDefinition, 'name' | 'shape' | 'eventTime' | 'eventTimeElse' | 'partitionKey'>;

/** An event by itself has of each of these lists one of the paths: its time, unless the arrival will do, and its partition key. */
export function marksOfEvent(stream: EnvelopedStream): readonly (readonly (readonly string[])[])[] {
  const times = eventTimesOf(stream);
  const onWire = (paths: readonly string[]) =>
    paths.map((path) => wirePathOf(stream.shape, path)).filter((path) => path !== null);
  const marks = [onWire([stream.partitionKey])];
  return times.includes(ARRIVAL) ? marks : [onWire(times), ...marks];
}

/** How many names a path begins with alike with the way. A step of several names is like none. */
export function sharedSteps(path: readonly EnvelopeStep[], way: EnvelopeWay): number {
  const isAlike = (step: number) => way[step]?.length === 1 && way[step][0] === path[step];
  let shared = 0;
  while (shared < path.length - 1 && shared < way.length - 1 && isAlike(shared)) shared++;
  return shared;
}

/** The way as a definition writes it. */
export function wayText(way: EnvelopeWay): string {
  return way.map((names) => names.join('|')).join('.');
}

/** A path as a definition writes it. */
export function stepsText(path: readonly EnvelopeStep[]): string {
  const steps = path.map((step) => (typeof step === 'string' ? `.${step}` : `[${step.member}="${step.text}"]`));
  return steps.join('').slice(1);
}
