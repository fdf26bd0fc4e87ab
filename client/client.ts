import type { Incident, IncidentsAnswer } from '../api/schemas/alerts.ts';
import type { AnomaliesPage } from '../api/schemas/anomalies.ts';
import type { Overview } from '../api/schemas/overview.ts';
import type { PipelineDescription } from '../api/schemas/pipeline.ts';
import type { Pipeline } from '../engine/dsl/pipeline.ts';
import { ApiError, ConnectionError } from './errors.ts';
import { overviewAfter, readEvents } from './live-events.ts';
import { type ClientOptions, Transport } from './transport.ts';
import { type Range, times, ViewClient } from './view-client.ts';

export interface IncidentsQuestion {
  readonly state?: 'open' | 'acknowledged' | 'resolved' | 'all';
  readonly severity?: 'info' | 'warning' | 'critical';
  readonly view?: string;
  readonly limit?: number;
}

export interface AnomaliesQuestion extends Range {
  /** Of this view alone. */
  readonly view?: string;
  /** At most 1000. */
  readonly limit?: number;
}

export interface LiveOptions {
  /** Ends the connection, and with it the loop. */
  readonly signal?: AbortSignal;
  /** Waits before the n-th attempt in a row to connect again: 1 s, 2 s, 4 s and so on up to 30 s where none is given. */
  readonly pause?: (attempt: number, signal: AbortSignal | undefined) => Promise<void>;
  /** How often the overview is asked for where the API has no live connection, as on AWS; 5 s where nothing is given. */
  readonly askEveryMs?: number;
}

/** Asks one pipeline. Every question throws `ApiError` where the API refuses, and `ConnectionError` where nobody answers. */
export class Client<P extends Pipeline> {
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
  }

  view<const K extends keyof P['views'] & string>(name: K): ViewClient<P['views'][K]> {
    return new ViewClient(this.#transport, name);
  }

  /** What the definition says. */
  pipeline(): Promise<PipelineDescription> {
    return this.#transport.json('/api/pipeline');
  }

  /** All that moves each second. */
  overview(): Promise<Overview> {
    return this.#transport.json('/api/overview');
  }

  /** Incidents: those that are on, the worst first, then those that are over. */
  incidents(question: IncidentsQuestion = {}): Promise<IncidentsAnswer> {
    const parameters = Object.entries(question)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)] as const);
    return this.#transport.json('/api/alerts', { parameters });
  }

  /**
   * Rows that detectors found unusual, view by view, in each the latest first. A page can have fewer than `limit`, or none, and
   * still a cursor.
   *
   * @param cursor of the page before.
   */
  anomalies({ view, limit, ...range }: AnomaliesQuestion = {}, cursor: string | null = null): Promise<AnomaliesPage> {
    return this.#transport.json('/api/anomalies', {
      parameters: Object.entries({ ...times(range), view, limit, cursor }).flatMap(([name, value]) =>
        value === undefined || value === null ? [] : [[name, String(value)] as const],
      ),
    });
  }

  /** Says that somebody has seen an incident. */
  acknowledge(id: string, { by, note }: { readonly by: string; readonly note?: string }): Promise<Incident> {
    const body = note === undefined ? { by } : { by, note };
    return this.#transport.json(acknowledgementPath(id), { method: 'POST', body });
  }

  /** Takes an acknowledgement back. */
  endAcknowledgement(id: string): Promise<Incident> {
    return this.#transport.json(acknowledgementPath(id), { method: 'DELETE' });
  }

  /**
   * The overview each time that it changes. Where the connection is lost it connects again, and goes on after what it has
   * had. Where there is no live connection, as on AWS, it asks for the overview again and again, and gives it when it has
   * changed. Refusals end it, but for a server that is busy.
   *
   * @example
   * for await (const { events_per_second } of client.live()) console.log(events_per_second);
   */
  async *live({
    signal,
    pause = wait,
    askEveryMs = ASK_EVERY_MS,
  }: LiveOptions = {}): AsyncGenerator<Overview, void, undefined> {
    let lastId: string | null = null;
    let overview: Overview | null = null;
    for (let failures = 0; signal?.aborted !== true; ) {
      try {
        const headers: Record<string, string> = lastId === null ? {} : { 'Last-Event-ID': lastId };
        const { body } = await this.#transport.send('/api/live', { headers, signal });
        for await (const event of readEvents(body as ReadableStream<Uint8Array>)) {
          failures = 0;
          lastId = event.id;
          overview = overviewAfter(overview, event);
          yield overview;
        }
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof ApiError && error.status === 404 && lastId === null) {
          yield* this.#asked(signal, pause, askEveryMs);
          return;
        }
        if (error instanceof ApiError && error.status < 500) throw error;
        if (error instanceof ConnectionError && error.status !== null && error.status < 500) throw error;
      }
      if (signal?.aborted) return;
      failures++;
      await pause(failures, signal);
    }
  }

  async *#asked(
    signal: AbortSignal | undefined,
    pause: NonNullable<LiveOptions['pause']>,
    everyMs: number,
  ): AsyncGenerator<Overview, void, undefined> {
    let before = '';
    for (let failures = 0; signal?.aborted !== true; ) {
      try {
        const overview: Overview = await this.#transport.json('/api/overview', { signal });
        failures = 0;
        // The clock alone is no change.
        const text = JSON.stringify({ ...overview, now: 0 });
        if (text !== before) yield overview;
        before = text;
      } catch (error) {
        if (signal?.aborted) return;
        const status = error instanceof ApiError || error instanceof ConnectionError ? error.status : null;
        if (status === null ? !(error instanceof ConnectionError) : status < 500) throw error;
        failures++;
      }
      if (failures > 0) await pause(failures, signal);
      else await sleep(everyMs, signal);
    }
  }
}

const ASK_EVERY_MS = 5000;

function acknowledgementPath(id: string): string {
  return `/api/alerts/${encodeURIComponent(id)}/acknowledgement`;
}

const MAX_PAUSE_MS = 30_000;

async function wait(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.min(MAX_PAUSE_MS, 1000 * 2 ** Math.min(attempt - 1, 10)), signal);
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}
