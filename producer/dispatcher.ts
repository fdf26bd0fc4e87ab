import { sentence } from '../adapters/aws/aws-errors.ts';
import { pauseMs } from '../adapters/aws/backoff.ts';
import { putUnitsOf } from '../contracts/billing.ts';
import { Lane, type Pending } from './lane.ts';
import { laneKeys, laneOf } from './lane-keys.ts';
import type { Line } from './line.ts';
import type { Counts } from './metrics.ts';
import type { ProducerSettings } from './options.ts';
import { Packer } from './packer.ts';
import { type Outcome, sendRecords } from './put-records.ts';
import { divideIntoRequests } from './requests.ts';

export interface DispatcherEvents {
  /** Lines that could not be sent. Resolves once someone has them. */
  readonly handOver: (lines: readonly Line[], why: string, cause?: Error) => Promise<void>;
  /** Lines of so many bytes are gone: sent, or handed over. */
  readonly left: (bytes: number) => void;
}

/** Sends the lines of all lanes, a record of each at a time, and again until each is sent or given up. */
export class Dispatcher {
  readonly #settings: ProducerSettings;
  readonly #counts: Counts;
  readonly #events: DispatcherEvents;
  readonly #packer: Packer;
  readonly #lanes: readonly Lane[];
  readonly #requests = new Set<AbortController>();
  #endLinger: (() => void) | null = null;
  #abandoned = false;

  constructor(settings: ProducerSettings, counts: Counts, events: DispatcherEvents) {
    this.#settings = settings;
    this.#counts = counts;
    this.#events = events;
    const keys = laneKeys(settings.lanes);
    this.#lanes = keys.map((key) => new Lane(key));
    // A record's size is that of its data and its partition key; the last key is the longest.
    this.#packer = new Packer(settings.recordBytes - (keys.at(-1)?.partitionKey.length ?? 0), settings.compression);
  }

  add(line: Line, partitionKey: string): void {
    const lane = this.#lanes[laneOf(partitionKey, this.#lanes.length)] as Lane;
    lane.push(line);
    this.#counts.accepted++;
    this.#endLinger ??= this.#settings.timers.after(this.#settings.lingerMs, () => this.makeAllDue());
    if (lane.isReady(this.#packer)) this.#pump([lane]);
  }

  /** Sends what is here now without waiting for more. */
  makeAllDue(): void {
    this.#endLinger?.();
    this.#endLinger = null;
    for (const lane of this.#lanes) lane.makeDue();
    this.#pump(this.#lanes);
  }

  /** How many lines came into each lane so far: what `isPast` takes. */
  marks(): readonly number[] {
    return this.#lanes.map((lane) => lane.accepted);
  }

  /** Whether all lines up to there are gone. */
  isPast(marks: readonly number[]): boolean {
    return this.#lanes.every((lane, index) => lane.concluded >= (marks[index] as number));
  }

  /** Gives up everything that is not confirmed yet. */
  abandon(why: string): void {
    this.#abandoned = true;
    this.#endLinger?.();
    for (const lane of this.#lanes) {
      const { inFlight, lines } = lane.drain();
      this.#counts.inFlight -= inFlight;
      if (lines.length > 0) this.#fail(lane, lines, why);
    }
    for (const request of this.#requests) request.abort();
  }

  /** Sends a record of every lane that has one ready. */
  #pump(lanes: readonly Lane[]): void {
    const nowMs = this.#settings.timers.nowMs();
    const starts = lanes
      .filter((lane) => lane.isReady(this.#packer))
      .map((lane) => ({ lane, pending: this.#start(lane, nowMs) }));
    const bytesOf = (start: Start) => start.pending.record.data.length + start.lane.key.partitionKey.length;
    for (const request of divideIntoRequests(starts, bytesOf)) void this.#send(request);
  }

  #start(lane: Lane, nowMs: number): Pending {
    const pending = lane.start(this.#packer, nowMs);
    const events = pending.record.lines.length;
    if (pending.attempts === 1) this.#counts.inFlight += events;
    else {
      this.#counts.retriedRecords++;
      this.#counts.retriedEvents += events;
    }
    return pending;
  }

  async #send(request: readonly Start[]): Promise<void> {
    const { putRecords, streamName, requestTimeoutMs, timers } = this.#settings;
    const abort = new AbortController();
    this.#requests.add(abort);
    this.#counts.requests++;
    const endTimeout = timers.after(requestTimeoutMs, () => abort.abort());
    const records = request.map(({ lane: { key }, pending }) => ({ key, data: pending.record.data }));
    const outcomes = await sendRecords(putRecords, streamName, records, abort.signal);
    endTimeout();
    this.#requests.delete(abort);
    for (const [index, { lane, pending }] of request.entries()) {
      this.#conclude(lane, pending, outcomes[index] as Outcome);
    }
    this.#pump(this.#lanes);
  }

  #conclude(lane: Lane, pending: Pending, outcome: Outcome): void {
    if (outcome.kind === 'again' && !this.#isGivenUp(pending)) {
      this.#pause(lane, pending);
      return;
    }
    const { record, attempts } = pending;
    lane.finish();
    this.#counts.inFlight -= record.lines.length;
    if (outcome.kind === 'sent') {
      this.#counts.sent += record.lines.length;
      this.#counts.records++;
      this.#counts.recordBytes += record.data.length;
      this.#counts.eventBytes += record.lineBytes;
      this.#counts.putUnits += putUnitsOf(record.data.length + lane.key.partitionKey.length);
      this.#leave(lane, record.lines);
    } else {
      const times = attempts === 1 ? 'once' : `${attempts} times`;
      this.#fail(lane, record.lines, `was tried ${times} and failed with ${sentence(outcome.error)}`, outcome.error);
    }
  }

  #isGivenUp({ attempts, firstAttemptMs }: Pending): boolean {
    const { maxAttempts, giveUpAfterMs, timers } = this.#settings;
    return this.#abandoned || attempts >= maxAttempts || timers.nowMs() - firstAttemptMs >= giveUpAfterMs;
  }

  #pause(lane: Lane, { attempts }: Pending): void {
    const { timers } = this.#settings;
    const resume = () => {
      lane.resume();
      this.#pump([lane]);
    };
    lane.pause(timers.after(pauseMs(attempts, timers.random()), resume));
  }

  /** The events keep their room until someone has taken them over. */
  #fail(lane: Lane, lines: readonly Line[], why: string, cause?: Error): void {
    this.#counts.failed += lines.length;
    void this.#events.handOver(lines, why, cause).then(() => this.#leave(lane, lines));
  }

  #leave(lane: Lane, lines: readonly Line[]): void {
    lane.concluded += lines.length;
    this.#events.left(lines.reduce((sum, { bytes }) => sum + bytes, 0));
  }
}

interface Start {
  readonly lane: Lane;
  readonly pending: Pending;
}
