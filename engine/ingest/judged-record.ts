import type { EventReader, RecordContent } from '../decode/decoder.ts';
import { MAX_SHARED_LETTER_BYTES, MAX_SINGLE_LETTERS } from '../decode/limits.ts';
import { RecordReader } from '../decode/record-reader.ts';
import type { SourceRecord } from '../decode/source-record.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { DeadLetter } from '../ports/dead-letter-sink.ts';

/** What an event of a record is by its stream's schema. */
export type JudgedEvent =
  | { readonly kind: 'event'; readonly event: object; readonly timeMs: number; readonly text: string }
  | { readonly kind: 'copy' }
  | { readonly kind: 'skipped' }
  /** Null: the event is in the letter of an event before it. */
  | { readonly kind: 'dead'; readonly letter: Letter | null };

export type Letter = Pick<DeadLetter, 'reason' | 'message' | 'bytes' | 'events'>;

/**
 * Reads the events of a record and judges them. The first `MAX_SINGLE_LETTERS` that are dead have a letter each. The next
 * one shares its letter with those that come after it, as many as `MAX_SHARED_LETTER_BYTES` allows, and so on:
 *
 *     event    … 1000   1001   1002   1003   1004   1005     those before 1000 are dead, and have their letters
 *     is         dead   good   dead   dead   good   dead
 *     letter      ●─────────────┘      ●─────────────┘       as if two had room in one
 *
 * So each dead event is in one letter, good events are taken in among them, and the letters depend on the record and the
 * schema alone: however commits cut the record, a retry writes the same ones under the same positions. The letter is
 * written with its first event, so whoever judges that reads ahead.
 */
export class JudgedRecord implements EventReader<JudgedEvent> {
  readonly #stream: StreamPlan;
  readonly #arrivalMs: number | null;
  readonly #reader: RecordReader;
  #index = -1;
  #dead = 0;
  /** The last event that is in a shared letter. */
  #sharedTo = -1;

  private constructor(stream: StreamPlan, arrivalMs: number | null, reader: RecordReader) {
    this.#stream = stream;
    this.#arrivalMs = arrivalMs;
    this.#reader = reader;
  }

  static open(stream: StreamPlan, record: SourceRecord): JudgedRecord {
    return new JudgedRecord(stream, record.arrivalMs, RecordReader.open(stream.decoder, record));
  }

  /** Of the event that was read last; -1 before the first. */
  get index(): number {
    return this.#index;
  }

  next(): JudgedEvent | null {
    const isShared = this.#index < this.#sharedTo;
    const found = this.#judge(isShared);
    if (found?.kind !== 'dead') return found;
    this.#dead++;
    if (isShared) return { kind: 'dead', letter: null };
    return this.#dead <= MAX_SINGLE_LETTERS ? found : { kind: 'dead', letter: this.#share(found) };
  }

  /** Passes over events up to an index. */
  readTo(index: number): void {
    while (this.#index < index && this.next() !== null);
  }

  fork(): JudgedRecord {
    const fork = new JudgedRecord(this.#stream, this.#arrivalMs, this.#reader.fork());
    fork.#index = this.#index;
    fork.#dead = this.#dead;
    fork.#sharedTo = this.#sharedTo;
    return fork;
  }

  /** `brief`: nobody will read what is wrong with an event that is dead. */
  #judge(brief: boolean): Judged | null {
    const found = this.#reader.next();
    if (found === null) return null;
    this.#index++;
    return found.kind === 'copy' ? found : judgeEvent(this.#stream, this.#arrivalMs, found, brief);
  }

  /** The letter of an event and of those after it. */
  #share(first: DeadEvent): Letter {
    const lines = [lineOf(first)];
    let bytes = first.letter.bytes.length;
    let last = this.#index;
    const ahead = this.fork();
    for (let found = ahead.#judge(true); found !== null; found = ahead.#judge(true)) {
      if (found.kind !== 'dead') continue;
      bytes += 1 + found.letter.bytes.length;
      if (bytes > MAX_SHARED_LETTER_BYTES) break;
      lines.push(lineOf(found));
      last = ahead.index;
    }
    this.#sharedTo = last;
    const events = lines.length;
    if (events === 1) return first.letter;
    const message = `More than ${MAX_SINGLE_LETTERS} events of the record are dead, so ${events} of them share this letter. The first: ${first.letter.message}`;
    return { reason: 'many_dead', message, bytes: joined(lines), events };
  }
}

interface DeadEvent {
  readonly kind: 'dead';
  readonly letter: Letter;
  readonly isJson: boolean;
}

type Judged = Exclude<JudgedEvent, { kind: 'dead' }> | DeadEvent;

/** What an event is by its stream's schema. `brief`: nobody will read what is wrong with one that is dead. */
export function judgeEvent(
  stream: StreamPlan,
  arrivalMs: number | null,
  found: RecordContent,
  brief = false,
): Exclude<Judged, { kind: 'copy' }> {
  if (found.kind === 'skipped') return found;
  if (found.kind === 'unreadable') {
    const { reason, message, bytes } = found;
    return { kind: 'dead', letter: { reason, message, bytes }, isJson: false };
  }
  const { value, text, isJson = true } = found;
  const validation = stream.validate(value, arrivalMs, isJson ? text : null, brief);
  if (validation.kind === 'valid') return { kind: 'event', event: value as object, timeMs: validation.timeMs, text };
  const { reason, message } = validation;
  return { kind: 'dead', letter: { reason, message, bytes: Buffer.from(text) }, isJson };
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** The event's bytes, JSON text on one line: it has line ends between its tokens only, never inside of its texts. */
function lineOf({ letter: { bytes }, isJson }: DeadEvent): Uint8Array {
  if (!isJson || !bytes.includes(LINE_FEED)) return bytes;
  return bytes.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const end = Buffer.of(LINE_FEED);
  return Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [end, line])));
}
