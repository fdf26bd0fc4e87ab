import type { PutOutcome } from '../../adapters/aws/kinesis-writer.ts';
import { type Answer, refusalOf } from '../../endpoint/answer.ts';
import { IngestError } from '../../endpoint/errors.ts';
import { ingestEvents } from '../../endpoint/ingest-events.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import type { SentRecord, StreamIntake } from '../stream-intake.ts';
import type { RawReply, Receiver, RequestHead } from './receiver.ts';

const PATH = /^\/streams\/([^/]+)\/events\/?$/;

/** What API Gateway reads of a body; how much of it is taken, unpacked, `endpoint/limits.ts` says. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** `POST /streams/{stream}/events`, with the answers of the endpoint on AWS. */
export class EventReceiver implements Receiver {
  readonly endpoint = {
    path: '/streams/{stream}/events',
    description:
      "POST events as JSON, an array of JSON or JSON Lines, or as rows of the stream's format; the answer tells what became of each",
  };
  readonly maxBodyBytes = MAX_BODY_BYTES;
  readonly #intake: StreamIntake;
  readonly #onError: (error: unknown) => void;

  /** @param onError is told what the client is not: why something failed inside. */
  constructor(intake: StreamIntake, onError: (error: unknown) => void) {
    this.#intake = intake;
    this.#onError = onError;
  }

  takes({ method, path }: RequestHead): boolean {
    return method === 'POST' && PATH.test(path);
  }

  async answer(head: RequestHead, body: Buffer | null): Promise<RawReply> {
    return body === null ? refusalOf(tooLarge()) : this.#ingest(head, body);
  }

  async #ingest({ path, headers, requestId }: RequestHead, body: Buffer): Promise<Answer> {
    const ingested = await ingestEvents(
      {
        requestId,
        stream: streamOf(path),
        contentType: headers['content-type'],
        contentEncoding: headers['content-encoding'],
        body,
      },
      { plan: this.#intake.plan, put: (stream, records) => this.#put(stream, records) },
    );
    if (ingested.kind === 'failed') this.#onError(ingested.error);
    return ingested.answer;
  }

  async #put(stream: string, records: readonly SentRecord[]): Promise<readonly PutOutcome[]> {
    try {
      await this.#intake.put(stream, records);
      return records.map(() => 'written');
    } catch (error) {
      this.#onError(error);
      const outcome = error instanceof StoreError && error.code === 'throttled' ? 'throttled' : 'unavailable';
      return records.map(() => outcome);
    }
  }
}

/** As it is written where it cannot be decoded: then no stream is named so. */
function streamOf(path: string): string | undefined {
  const name = PATH.exec(path)?.[1];
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}

function tooLarge(): IngestError {
  return new IngestError(
    413,
    'too_large',
    `The body has more than ${MAX_BODY_BYTES} bytes. Send the events in several requests.`,
  );
}
