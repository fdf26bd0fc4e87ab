import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** A call of an AWS service failed. The message says what was asked of which resource, and what the service answered. */
export class AwsCallError extends StreamgaugeError {
  override readonly name = 'AwsCallError';
  readonly code = 'awsCall';
}

/** What was read is not what streamgauge writes there, so something else wrote it. The message cites it. */
export class ForeignDataError extends StreamgaugeError {
  override readonly name = 'ForeignDataError';
  readonly code = 'foreignData';
}

/** Text is no id of a Kinesis shard, event or stream. The message cites it and says what such an id looks like. */
export class KinesisIdError extends StreamgaugeError {
  override readonly name = 'KinesisIdError';
  readonly code = 'kinesisId';
}

/** A row has a key that DynamoDB cannot hold. The message names the view or the window. */
export class RowKeyError extends StreamgaugeError {
  override readonly name = 'RowKeyError';
  readonly code = 'rowKey';
}
