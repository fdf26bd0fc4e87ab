import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** Names of errors that clients of Kinesis know. */
export type KinesisErrorType =
  | 'InternalFailureException'
  | 'InvalidArgumentException'
  | 'ProvisionedThroughputExceededException'
  | 'RequestEntityTooLargeException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'UnsupportedMediaTypeException'
  | 'ValidationException';

const STATUS: Readonly<Partial<Record<KinesisErrorType, number>>> = {
  InternalFailureException: 500,
  RequestEntityTooLargeException: 413,
  UnsupportedMediaTypeException: 415,
};

/** A request that Kinesis would refuse. The client's SDK shows type and message. */
export class KinesisApiError extends StreamgaugeError {
  override readonly name = 'KinesisApiError';
  readonly code = 'kinesisApi';
  readonly type: KinesisErrorType;

  constructor(type: KinesisErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }

  get status(): number {
    return STATUS[this.type] ?? 400;
  }
}
