import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { KinesisRecord, PutReport } from '../../adapters/aws/kinesis-writer.ts';
import type { Answer } from '../../endpoint/answer.ts';
import { countByCode, type Ingested, ingestEvents } from '../../endpoint/ingest-events.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { Log } from '../shared/log.ts';

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

/** `POST /streams/{stream}/events` behind API Gateway: `endpoint/` says what it takes and answers. */
export function makeHandler({ plan, writer, kinesisNameOf, log }: IngestDeps): IngestHandler {
  return async (request, context) => {
    const requestId = request.requestContext?.requestId ?? 'unknown';
    const stream = request.pathParameters?.stream;
    const timeLeftMs = () => context.getRemainingTimeInMillis() - MARGIN_MS;
    let calls = 0;
    const ingested = await ingestEvents(
      {
        requestId,
        stream,
        contentType: request.headers?.['content-type'],
        contentEncoding: request.headers?.['content-encoding'],
        body: Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8'),
      },
      {
        plan,
        put: async (name, records) => {
          const report = await writer.put(kinesisNameOf(name), records, timeLeftMs);
          calls = report.calls;
          return report.outcomes;
        },
      },
    );
    writeLine(log, { requestId, stream }, ingested, calls);
    return response(ingested.answer);
  };
}

function response({ status, headers, body }: Answer): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers, body };
}

/** Without a word of the events. */
function writeLine(
  log: Log,
  request: { readonly requestId: string; readonly stream: string | undefined },
  ingested: Ingested,
  calls: number,
): void {
  if (ingested.kind === 'failed') {
    log.error('A request failed.', { ...request, error: ingested.error });
    return;
  }
  if (ingested.kind === 'refused') {
    const { status, refusal: code } = ingested.error;
    log.warn('A request was refused.', { ...request, status, code });
    return;
  }
  const { answer, events, failed, records } = ingested;
  const fields = { ...request, status: answer.status, events, failed: failed.length };
  const line = { ...fields, records, calls, reasons: countByCode(failed) };
  if (failed.length === 0) log.info('Events are in the stream.', line);
  else log.warn('Some events of a request are not in the stream.', line);
}
