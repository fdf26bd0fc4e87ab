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

export function putUnitsOf(recordBytes: number): number {
  return Math.ceil(recordBytes / (25 * KB));
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
    this.onDemandBytes += Math.ceil(recordBytes / KB) * KB;
    this.firehoseBytes += Math.ceil(recordBytes / (5 * KB)) * 5 * KB;
  }
}
