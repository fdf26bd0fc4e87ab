import {
  type EnvelopeDefinition,
  type EnvelopedStream,
  type EnvelopeField,
  type EnvelopeStep,
  marksOfEvent,
  sharedSteps,
  wayText,
} from '../ir/envelope-definition.ts';
import type { JsonChoice } from '../ir/json-step.ts';
import { elementsOf, memberOf, membersOf, type Span, valueSpan } from '../text/json-spans.ts';
import type { DecodedEvent, EventReader, RecordContent, RecordDecoder } from './decoder.ts';
import { eventOf } from './line-event.ts';
import { NotJson, parseJson } from './parse-json.ts';

/** The events in the values of another decoder. */
export function envelopeDecoder(
  values: RecordDecoder<DecodedEvent>,
  envelope: EnvelopeDefinition,
  stream: EnvelopedStream,
): RecordDecoder {
  const opener = new EnvelopeOpener(envelope, stream);
  return { open: (data) => new EnvelopeReader(opener, values.open(data)) };
}

class EnvelopeReader implements EventReader<RecordContent> {
  readonly #opener: EnvelopeOpener;
  readonly #values: EventReader<DecodedEvent>;
  /** Of the value that was opened last. */
  #events: readonly RecordContent[] = [];
  #next = 0;

  constructor(opener: EnvelopeOpener, values: EventReader<DecodedEvent>) {
    this.#opener = opener;
    this.#values = values;
  }

  next(): RecordContent | null {
    while (this.#next === this.#events.length) {
      const value = this.#values.next();
      if (value === null) return null;
      this.#events = this.#opener.open(value);
      this.#next = 0;
    }
    return this.#events[this.#next++] as RecordContent;
  }

  fork(): EnvelopeReader {
    const fork = new EnvelopeReader(this.#opener, this.#values.fork());
    fork.#events = this.#events;
    fork.#next = this.#next;
    return fork;
  }
}

/** A JSON value in a text. */
interface Place extends Span {
  readonly text: string;
}

interface OwnedField {
  readonly name: string;
  /** The member of an object that it is. */
  readonly text: string;
}

/** An object on the way to events. */
interface Owner extends Place {
  /** What its events get from it, once that is known: it is found once, and not once for each of them. */
  fields: readonly OwnedField[] | null;
}

class EnvelopeOpener {
  readonly #envelope: EnvelopeDefinition;
  readonly #stream: EnvelopedStream;
  readonly #marks: ReturnType<typeof marksOfEvent>;
  /** By the step on the way that their owner is at. */
  readonly #fields: ReadonlyMap<number, readonly EnvelopeField[]>;

  constructor(envelope: EnvelopeDefinition, stream: EnvelopedStream) {
    this.#envelope = envelope;
    this.#stream = stream;
    this.#marks = marksOfEvent(stream);
    this.#fields = Map.groupBy(envelope.with, ({ path }) => sharedSteps(path, envelope.path));
  }

  open(record: DecodedEvent): readonly RecordContent[] {
    if (record.kind !== 'value') return [record];
    const { text } = record;
    const whole = { text, ...valueSpan(text, 0) };
    if (this.#isEvent(whole)) return [eventOf(record.value, text)];
    if (!this.#envelope.only.every(({ path, values }) => values.includes(scalarOf(placeAt(whole, path)) as string))) {
      return SKIPPED;
    }
    const events: DecodedEvent[] = [];
    return this.#collect(whole, [], events) ? events : [this.#without(text)];
  }

  /** Adds the events of a value. `owners`: the objects on the way to it. False where the way ends before. */
  #collect(place: Place, owners: readonly Owner[], events: DecodedEvent[]): boolean {
    const first = place.text[place.from];
    if (first === '[') {
      const { text } = place;
      for (const element of elementsOf(text, place.from)) {
        if (!this.#collect({ text, ...element }, owners, events))
          events.push(this.#without(slice({ text, ...element })));
      }
      return true;
    }
    if (first === '"') return this.#collectText(place, owners, events);
    const step = this.#envelope.path[owners.length];
    if (step === undefined) {
      events.push(this.#event(place, owners));
      return true;
    }
    const member = nextOf(place, step);
    return member !== null && this.#collect(member, [...owners, { ...place, fields: null }], events);
  }

  /** A text of JSON text. */
  #collectText(place: Place, owners: readonly Owner[], events: DecodedEvent[]): boolean {
    const text = JSON.parse(slice(place)) as string;
    const value = parseJson(text);
    // Texts in texts have an end: each is shorter than the one around it.
    if (!(value instanceof NotJson)) return this.#collect({ text, ...valueSpan(text, 0) }, owners, events);
    events.push(eventOf(value, text));
    return true;
  }

  #event(place: Place, owners: readonly Owner[]): DecodedEvent {
    const text = place.text[place.from] === '{' ? this.#withFields(place, owners) : slice(place);
    return eventOf(parseJson(text), text);
  }

  /** An event's text with the fields of what is around it. */
  #withFields(event: Place, owners: readonly Owner[]): string {
    const fields = owners.flatMap((owner, depth) => {
      owner.fields ??= this.#fieldsOf(owner, depth);
      return owner.fields;
    });
    if (fields.length === 0) return slice(event);
    const all = new Map(
      [...membersOf(event.text, event.from)].map(({ name, start, to }) => [name, event.text.slice(start, to)]),
    );
    for (const { name, text } of fields) all.set(name, text);
    return `{${[...all.values()].join(',')}}`;
  }

  #fieldsOf(owner: Owner, depth: number): readonly OwnedField[] {
    return (this.#fields.get(depth) ?? []).flatMap(({ name, path }) => {
      const value = placeAt(owner, path.slice(depth));
      return value === null ? [] : [{ name, text: `${JSON.stringify(name)}:${slice(value)}` }];
    });
  }

  /** An event by itself, as a letter holds it that is put back. */
  #isEvent(place: Place): boolean {
    const [first] = this.#envelope.path as [readonly string[]];
    if (first.some((name) => memberAt(place, name) !== null)) return false;
    return this.#marks.every((paths) => paths.some((path) => placeAt(place, path) !== null));
  }

  #without(text: string): DecodedEvent {
    const { path } = this.#envelope;
    const message = `The record of stream '${this.#stream.name}' has no '${wayText(path)}', where its events are, and is no event by itself.`;
    return { kind: 'unreadable', reason: 'missing_field', message, bytes: Buffer.from(text) };
  }
}

const SKIPPED: readonly RecordContent[] = [{ kind: 'skipped' }];

/** The first member of some that is there. */
function nextOf(place: Place, names: readonly string[]): Place | null {
  for (const name of names) {
    const member = memberAt(place, name);
    if (member !== null && slice(member) !== 'null') return member;
  }
  return null;
}

function placeAt(place: Place, path: readonly EnvelopeStep[]): Place | null {
  let found: Place | null = place;
  for (const step of path) {
    if (found === null) return null;
    found = typeof step === 'string' ? memberAt(found, step) : chosenAt(found, step);
  }
  return found;
}

function memberAt(place: Place, name: string): Place | null {
  const { text, from } = place;
  const member = text[from] === '{' ? memberOf(text, from, name) : null;
  return member && { text, from: member.from, to: member.to };
}

function chosenAt({ text, from }: Place, { member, text: wanted }: JsonChoice): Place | null {
  if (text[from] !== '[') return null;
  for (const element of elementsOf(text, from)) {
    const place = { text, ...element };
    const found = memberAt(place, member);
    if (found !== null && text[found.from] === '"' && JSON.parse(slice(found)) === wanted) return place;
  }
  return null;
}

function scalarOf(place: Place | null): unknown {
  return place === null || '{['.includes(place.text[place.from] as string) ? null : JSON.parse(slice(place));
}

function slice({ text, from, to }: Place): string {
  return text.slice(from, to);
}
