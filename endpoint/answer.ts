import type { IngestError } from './errors.ts';
import { MAX_EVENT_BYTES } from './limits.ts';

export type FailureCode = 'not_json' | 'too_large' | 'throttled' | 'unavailable';

export interface EventFailure {
  /** Which event of the request, counted from 0, blank lines aside. */
  readonly index: number;
  readonly code: FailureCode;
}

/** What the client is sent, whoever sends it. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the client reads; `failed` has an entry for every event that is not in the stream. */
interface Report {
  readonly stream: string;
  readonly received: number;
  readonly accepted: number;
  readonly failed: readonly (EventFailure & { readonly message: string; readonly retry: boolean })[];
}

const MEANING: Readonly<Record<FailureCode, { readonly retry: boolean; readonly message: string }>> = {
  not_json: { retry: false, message: 'The event is not JSON. Correct it before you send it again.' },
  too_large: { retry: false, message: `The event has more than ${MAX_EVENT_BYTES} bytes. Make it smaller.` },
  throttled: { retry: true, message: 'The stream is busy, and the event was not written. Send it again later.' },
  unavailable: {
    retry: true,
    message: 'The stream did not say that the event was written. Send it again; it may then be there twice.',
  },
};

/** Seconds that a client should wait before it sends again what was throttled. A shard counts by the second. */
const RETRY_AFTER_SECONDS = 2;

/**
 * The answer to a request that was looked at event by event.
 *
 * | status | when                                                                          |
 * |--------|-------------------------------------------------------------------------------|
 * | 200    | all events are in the stream                                                  |
 * | 207    | some are, or for different reasons none                                       |
 * | 400    | none is, for none is JSON                                                     |
 * | 413    | none is, for all are too large                                                |
 * | 503    | none is, for the stream is busy or does not answer: all can be sent again     |
 */
export function answerOf(stream: string, received: number, failed: readonly EventFailure[]): Answer {
  const body: Report = {
    stream,
    received,
    accepted: received - failed.length,
    failed: failed.map((failure) => ({ ...failure, ...MEANING[failure.code] })),
  };
  const retry = failed.some(({ code }) => MEANING[code].retry);
  return response(statusOf(body), body, retry ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {});
}

function statusOf({ accepted, failed }: Report): number {
  if (failed.length === 0) return 200;
  if (accepted > 0) return 207;
  if (failed.every(({ retry }) => retry)) return 503;
  if (failed.every(({ code }) => code === 'not_json')) return 400;
  return failed.every(({ code }) => code === 'too_large') ? 413 : 207;
}

export function refusalOf({ status, refusal, message }: IngestError): Answer {
  return response(status, { error: { code: refusal, message } });
}

/** The client learns nothing of what went wrong inside; the log tells, under the request's id. */
export function faultOf(requestId: string): Answer {
  const message = `The request failed, and it is not known which of its events were written. Request ${requestId} in the log tells why.`;
  return response(500, { error: { code: 'internal', message } });
}

function response(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
