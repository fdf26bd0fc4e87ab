import type { KinesisRecord, PutOutcome } from '../adapters/aws/kinesis-writer.ts';
import type { PipelinePlan, StreamPlan } from '../engine/plan/plan.ts';
import { type Answer, answerOf, type EventFailure, type FailureCode, faultOf, refusalOf } from './answer.ts';
import { IngestError } from './errors.ts';
import { type PackedEvents, packEvents } from './pack-events.ts';
import { type EventsRequest, eventsOf } from './request-body.ts';

export interface IngestRequest extends EventsRequest {
  /** For the log, and for the answer if something fails inside. */
  readonly requestId: string;
  /** The stream's name in the path. */
  readonly stream: string | undefined;
}

export interface IngestPorts {
  readonly plan: PipelinePlan;
  /** Puts records to a stream of the plan, and says of each what became of it. */
  put(stream: string, records: readonly KinesisRecord[]): Promise<readonly PutOutcome[]>;
}

/** What became of a request: an answer for the client, and what a log may say of it. */
export type Ingested = { readonly answer: Answer } & (
  | {
      readonly kind: 'looked at';
      readonly stream: string;
      readonly events: number;
      readonly records: number;
      readonly failed: readonly EventFailure[];
    }
  | { readonly kind: 'refused'; readonly error: IngestError }
  | { readonly kind: 'failed'; readonly error: unknown }
);

/**
 * `POST /streams/{stream}/events`: puts the events of a request to the stream, and tells what became of each. Never throws.
 *
 * It does not ask whether an event fits the schema. The pipeline asks, for all producers alike, and keeps what does not
 * fit as a dead letter with its reason, bytes and position. Of a stream of JSON, what is no JSON at all is refused: no key can be read
 * from it, nobody could read it later, and the client is still there to be told.
 */
export async function ingestEvents(request: IngestRequest, ports: IngestPorts): Promise<Ingested> {
  try {
    return await ingest(request, ports);
  } catch (error) {
    if (error instanceof IngestError) return { kind: 'refused', answer: refusalOf(error), error };
    return { kind: 'failed', answer: faultOf(request.requestId), error };
  }
}

async function ingest(request: IngestRequest, { plan, put }: IngestPorts): Promise<Ingested> {
  const { name, definition } = findStream(plan, request.stream);
  const events = eventsOf(request, definition);
  const packed = packEvents(events, definition);
  const outcomes = packed.records.length === 0 ? [] : await put(name, packed.records);
  const failed = failuresOf(packed, outcomes);
  return {
    kind: 'looked at',
    answer: answerOf(name, events.length, failed),
    stream: name,
    events: events.length,
    records: packed.records.length,
    failed,
  };
}

function findStream(plan: PipelinePlan, name: string | undefined): StreamPlan {
  const stream = plan.streams.find((candidate) => candidate.name === name);
  if (stream !== undefined) return stream;
  throw new IngestError(
    404,
    'unknown_stream',
    `Pipeline '${plan.name}' has no stream '${name ?? ''}'. Its streams are ${plan.streams.map((each) => each.name).join(', ')}.`,
  );
}

function failuresOf({ eventsOfRecord, refused }: PackedEvents, outcomes: readonly PutOutcome[]): EventFailure[] {
  const failed: EventFailure[] = [...refused].map(([index, code]) => ({ index, code }));
  for (const [record, outcome] of outcomes.entries()) {
    if (outcome === 'written') continue;
    for (const index of eventsOfRecord[record] ?? []) failed.push({ index, code: outcome });
  }
  return failed.sort((a, b) => a.index - b.index);
}

/** How many events failed for each reason. */
export function countByCode(failed: readonly EventFailure[]): Readonly<Partial<Record<FailureCode, number>>> {
  const counts: Partial<Record<FailureCode, number>> = {};
  for (const { code } of failed) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
