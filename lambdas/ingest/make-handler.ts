import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { KinesisRecord, PutReport } from '../../adapters/aws/kinesis-writer.ts';
import type { PipelinePlan, StreamPlan } from '../../engine/plan/plan.ts';
import type { Log } from '../shared/log.ts';
import { answerOf, type EventFailure, faultOf, refusalOf } from './answer.ts';
import { IngestError } from './errors.ts';
import { type PackedEvents, packEvents } from './pack-events.ts';
import { eventsOf } from './request-body.ts';

export interface IngestDeps {
  readonly plan: PipelinePlan;
  readonly writer: {
    put(streamName: string, records: readonly KinesisRecord[], timeLeftMs: () => number): Promise<PutReport>;
  };
  /** The name that Kinesis knows a stream of the pipeline by. */
  readonly kinesisNameOf: (stream: string) => string;
  readonly log: Log;
}

export type IngestHandler = (
  request: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Kept back from the function's time, to answer. */
const MARGIN_MS = 500;

/**
 * `POST /streams/{stream}/events`: puts the events of a request to the stream, and tells what became of each.
 *
 * Whether an event fits the schema is not asked here. The pipeline asks, for all producers alike, and keeps what does not
 * fit as a dead letter with its reason, bytes and position. What is not JSON at all is refused: no key can be read from
 * it, nobody could read it later, and the client is still there to be told.
 */
export function makeHandler(deps: IngestDeps): IngestHandler {
  return async (request, context) => {
    const requestId = request.requestContext?.requestId ?? 'unknown';
    try {
      return await ingest(request, requestId, () => context.getRemainingTimeInMillis() - MARGIN_MS, deps);
    } catch (error) {
      if (error instanceof IngestError) {
        const { status, refusal: code } = error;
        deps.log.warn('A request was refused.', { requestId, stream: request.pathParameters?.stream, status, code });
        return refusalOf(error);
      }
      deps.log.error('A request failed.', { requestId, stream: request.pathParameters?.stream, error });
      return faultOf(requestId);
    }
  };
}

async function ingest(
  request: APIGatewayProxyEventV2,
  requestId: string,
  timeLeftMs: () => number,
  { plan, writer, kinesisNameOf, log }: IngestDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { name, definition } = findStream(plan, request.pathParameters?.stream);
  const events = eventsOf(request);
  const packed = packEvents(events, definition);
  const { outcomes, calls } =
    packed.records.length === 0
      ? { outcomes: [], calls: 0 }
      : await writer.put(kinesisNameOf(name), packed.records, timeLeftMs);
  const failed = failuresOf(packed, outcomes);
  const answer = answerOf(name, events.length, failed);
  const fields = { requestId, stream: name, status: answer.statusCode, events: events.length, failed: failed.length };
  const line = { ...fields, records: packed.records.length, calls, reasons: countByCode(failed) };
  if (failed.length === 0) log.info('Events are in the stream.', line);
  else log.warn('Some events of a request are not in the stream.', line);
  return answer;
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

function failuresOf({ eventsOfRecord, refused }: PackedEvents, outcomes: PutReport['outcomes']): EventFailure[] {
  const failed: EventFailure[] = [...refused].map(([index, code]) => ({ index, code }));
  for (const [record, outcome] of outcomes.entries()) {
    if (outcome === 'written') continue;
    for (const index of eventsOfRecord[record] ?? []) failed.push({ index, code: outcome });
  }
  return failed.sort((a, b) => a.index - b.index);
}

function countByCode(failed: readonly EventFailure[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of failed) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
