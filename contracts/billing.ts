/** What records are billed as: each is rounded up by itself, so small ones cost as much as larger ones. */
export interface BilledAs {
  readonly records: number;
  /** A Kinesis stream of provisioned shards: units of 25 KB. */
  readonly putUnits: number;
  /** A Kinesis stream on demand: each record rounded up to 1 KB. */
  readonly onDemandBytes: number;
  /** Firehose: each record rounded up to 5 KB. */
  readonly firehoseBytes: number;
}

const KB = 1024;
/** What a record of a provisioned shard is billed in multiples of, in bytes. */
export const PUT_UNIT_BYTES = 25 * KB;
/** The same of a stream on demand. */
export const ON_DEMAND_UNIT_BYTES = KB;
/** The same of Firehose. */
export const FIREHOSE_UNIT_BYTES = 5 * KB;

export function putUnitsOf(recordBytes: number): number {
  return Math.ceil(recordBytes / PUT_UNIT_BYTES);
}

/** Bytes that a record counts as where it is billed in units of so many. */
export function billedBytes(recordBytes: number, unitBytes: number): number {
  return Math.ceil(recordBytes / unitBytes) * unitBytes;
}

/** Adds records up by their sizes. */
export class Bill implements BilledAs {
  records = 0;
  putUnits = 0;
  onDemandBytes = 0;
  firehoseBytes = 0;

  add(recordBytes: number): void {
    this.records++;
    this.putUnits += putUnitsOf(recordBytes);
    this.onDemandBytes += billedBytes(recordBytes, ON_DEMAND_UNIT_BYTES);
    this.firehoseBytes += billedBytes(recordBytes, FIREHOSE_UNIT_BYTES);
  }
}

/** Of SQS, for one call of a finalizer: its wake-up is sent, received, hidden while it works, and deleted. */
export const REQUESTS_PER_WAKE = 4;

/** Of SQS, for one early look: its message is sent, received and deleted. */
export const REQUESTS_PER_LOOK = 3;
