import { Dispatcher } from './dispatcher.ts';
import { ProducerError } from './errors.ts';
import { eventLine, rawLine } from './event-line.ts';
import { Failures } from './failures.ts';
import type { Line } from './line.ts';
import { Counts, type ProducerMetrics } from './metrics.ts';
import { checkedSettings, type ProducerOptions, type ProducerSettings } from './options.ts';
import { Room } from './room.ts';

/**
 * Sends events of a service to a Kinesis stream: packed, compressed, in order by key, and again until they have arrived.
 *
 * @example
 * const producer = new Producer<Click>({
 *   client: new KinesisClient({ maxAttempts: 1 }),
 *   streamName: 'my-app-clicks',
 *   partitionKey: (click) => click.user_id,
 *   eventId: 'event_id', // filled in where it is missing, so that `dedupe` drops what arrives twice
 *   eventTime: 'timestamp',
 *   onFailed: ({ events, error }) => spill(events, error),
 * });
 * await producer.put({ user_id: 'ann', page_url: '/', action: 'view' });
 * await producer.close();
 *
 * **Delivery** is at least once: a request whose reply was lost is repeated. The copies bear the same ids.
 *
 * **Order.** Keys are divided among lanes by their hash. A lane sends one record at a time, so the first copies of a key's
 * events arrive in the order in which they were put, whatever fails. (Events that are handed to `onFailed` are out of it,
 * and a request that timed out can bring in a second copy later than that.)
 *
 * **Memory** is bounded: `put` resolves once the event is in the buffer, and waits where that is full.
 */
export class Producer<E extends object = object> {
  readonly #settings: ProducerSettings;
  readonly #partitionKey: (event: E) => string | number | bigint;
  readonly #counts = new Counts();
  readonly #room: Room;
  readonly #failures: Failures;
  readonly #dispatcher: Dispatcher;
  #flushes: { readonly marks: readonly number[]; readonly done: () => void }[] = [];
  #closing: Promise<void> | null = null;

  constructor(options: ProducerOptions<E>) {
    const settings = checkedSettings(options);
    this.#settings = settings;
    this.#partitionKey = options.partitionKey;
    this.#room = new Room(settings.maxBufferedBytes);
    this.#failures = new Failures(settings.streamName, options.onFailed ?? null);
    this.#dispatcher = new Dispatcher(settings, this.#counts, {
      handOver: (lines, why, cause) => this.#failures.handOver(lines, why, cause),
      left: (bytes) => this.#left(bytes),
    });
  }

  /**
   * Resolves once the event is in the buffer; until then it is the caller's. It is read at once: what is done to the
   * object afterwards changes nothing.
   *
   * @throws ProducerError `badEvent`, `overrun` or `closed`: this event was not taken in. EventsNotSentError: neither was
   * this one, for earlier ones could not be sent and there is no `onFailed`.
   */
  async put(event: E): Promise<void> {
    const { line, event: complete } = eventLine(event, this.#settings.stamps, this.#settings.validate);
    const key: unknown = this.#partitionKey(complete);
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint') {
      const found = key === null ? 'null' : `a value of type ${typeof key}`;
      throw new ProducerError('badEvent', `The partition key of the event is ${found}, and must be text or a number.`);
    }
    return this.#take(line, String(key));
  }

  /** Like `put`, of one line that is sent as it is, even if it is no JSON and will be a dead letter. */
  async putLine(line: string | Uint8Array, partitionKey: string): Promise<void> {
    return this.#take(rawLine(line), partitionKey);
  }

  /**
   * Sends what was put before, without waiting for more. Resolves once all of that has arrived or was handed to `onFailed`.
   *
   * @throws EventsNotSentError where events could not be sent and there is no `onFailed`.
   */
  async flush(): Promise<void> {
    this.#dispatcher.makeAllDue();
    await this.#room.everyoneIn;
    this.#dispatcher.makeAllDue();
    const marks = this.#dispatcher.marks();
    await new Promise<void>((done) => {
      this.#flushes.push({ marks, done });
      this.#endFlushes();
    });
    this.#failures.throwIfAny();
  }

  /**
   * Takes no more events and sends those that were put. After `timeoutMs`, if that is given, it gives up what has not been
   * confirmed by then. The producer holds no timer or socket afterwards; the client is the caller's to destroy.
   *
   * @throws EventsNotSentError where events could not be sent and there is no `onFailed`.
   */
  close({ timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  metrics(): ProducerMetrics {
    const { accepted, sent, failed, inFlight } = this.#counts;
    return {
      ...this.#counts,
      buffered: accepted - sent - failed - inFlight,
      waiting: this.#room.waiting,
      bufferedBytes: this.#room.usedBytes,
    };
  }

  async #take(line: Line, key: string): Promise<void> {
    if (this.#closing !== null) throw this.#closedError();
    this.#failures.throwIfAny();
    const entered = this.#room.take(line.bytes, (waited) => {
      this.#dispatcher.add(line, key);
      // The buffer is full, or just was: nothing waits for company then.
      if (waited) this.#dispatcher.makeAllDue();
    });
    if (this.#room.waiting > 0) this.#dispatcher.makeAllDue();
    return entered;
  }

  #left(bytes: number): void {
    if (this.#failures.error !== null) this.#room.refuseAll(this.#failures.error);
    this.#room.give(bytes);
    this.#endFlushes();
  }

  #endFlushes(): void {
    const ended = this.#flushes.filter(({ marks }) => this.#dispatcher.isPast(marks));
    if (ended.length === 0) return;
    this.#flushes = this.#flushes.filter((flush) => !ended.includes(flush));
    for (const { done } of ended) done();
  }

  async #close(timeoutMs: number | undefined): Promise<void> {
    const { timers } = this.#settings;
    const endTimeout = timeoutMs === undefined ? () => {} : timers.after(timeoutMs, () => this.#abandon(timeoutMs));
    try {
      await this.flush();
    } finally {
      endTimeout();
    }
  }

  #abandon(timeoutMs: number): void {
    this.#room.refuseAll(this.#closedError());
    this.#dispatcher.abandon(`was not confirmed within the ${timeoutMs} ms that close() had`);
  }

  #closedError(): ProducerError {
    return new ProducerError(
      'closed',
      `The producer of stream '${this.#settings.streamName}' is closed. The event was not taken in.`,
    );
  }
}
