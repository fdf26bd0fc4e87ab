import { StoreError } from '../../engine/ports/errors.ts';
import type { RawReply, Receiver, RequestHead } from '../http/receiver.ts';
import type { StreamIntake } from '../stream-intake.ts';
import { describeStream, describeStreamSummary, listShards, listStreams } from './describe.ts';
import { KinesisApiError } from './errors.ts';
import { putRecord, putRecords } from './put.ts';
import type { KinesisContext } from './streams.ts';
import { type Input, JSON_WIRE, type Output, type Wire, wireOf } from './wire.ts';

type Operation = (input: Input, context: KinesisContext) => Output | Promise<Output>;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['PutRecord', putRecord],
  ['PutRecords', putRecords],
  ['DescribeStream', describeStream],
  ['DescribeStreamSummary', describeStreamSummary],
  ['ListShards', listShards],
  ['ListStreams', listStreams],
]);

const TARGET = 'Kinesis_20131202.';

/** A request of `requestBytes` in base64, and as much again for names, keys and tokens. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface KinesisReceiverOptions {
  readonly intake: StreamIntake;
  readonly nowMs: number;
  /** Is told what the client is not: why something failed inside. */
  readonly onError: (error: unknown) => void;
}

/**
 * The part of Kinesis' API that producers need, for clients whose endpoint is this server. Signatures are not looked at: only
 * this machine gets here.
 */
export class KinesisReceiver implements Receiver {
  readonly endpoint = {
    path: '/',
    description: `POST of Kinesis' API: ${[...OPERATIONS.keys()].join(', ')}; set AWS_ENDPOINT_URL_KINESIS to this server`,
  };
  readonly maxBodyBytes = MAX_BODY_BYTES;
  readonly #options: KinesisReceiverOptions;

  constructor(options: KinesisReceiverOptions) {
    this.#options = options;
  }

  takes({ method, path, headers }: RequestHead): boolean {
    return method === 'POST' && path === '/' && headers['x-amz-target'] !== undefined;
  }

  async answer(head: RequestHead, body: Buffer | null): Promise<RawReply> {
    let wire = JSON_WIRE;
    try {
      wire = await wireOf(head.headers['content-type']);
      return replyOf(head, wire, 200, await this.#run(String(head.headers['x-amz-target']), body, wire));
    } catch (error) {
      const { type, status, message } = this.#apiError(error);
      return replyOf(head, wire, status, { __type: type, message });
    }
  }

  async #run(target: string, body: Buffer | null, wire: Wire): Promise<Output> {
    if (body === null) {
      const message = `The body has more than ${MAX_BODY_BYTES} bytes: send fewer records.`;
      throw new KinesisApiError('RequestEntityTooLargeException', message);
    }
    const operation = target.startsWith(TARGET) ? OPERATIONS.get(target.slice(TARGET.length)) : undefined;
    if (operation === undefined) {
      const names = [...OPERATIONS.keys()].join(', ');
      throw new KinesisApiError('UnknownOperationException', `There is no ${target} here: there are ${names}.`);
    }
    const { intake, nowMs } = this.#options;
    return operation(wire.read(body), { intake, wire, sinceMs: nowMs });
  }

  /** A store that is locked is busy. Of anything else nobody knows whether records were written, so clients send again. */
  #apiError(error: unknown): KinesisApiError {
    if (error instanceof KinesisApiError) return error;
    this.#options.onError(error);
    const message = error instanceof Error ? error.message : String(error);
    const isBusy = error instanceof StoreError && error.code === 'throttled';
    return new KinesisApiError(isBusy ? 'ProvisionedThroughputExceededException' : 'InternalFailureException', message);
  }
}

function replyOf({ requestId }: RequestHead, wire: Wire, status: number, output: Output): RawReply {
  const type = output.__type;
  return {
    status,
    headers: {
      'content-type': wire.contentType,
      'x-amzn-requestid': requestId,
      ...(type !== undefined && { 'x-amzn-errortype': String(type) }),
    },
    body: wire.write(output),
  };
}
