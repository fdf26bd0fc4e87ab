/**
 * What Kinesis takes. A stream can be set to take records of up to 10 MiB and then requests of up to 10 MiB; these are
 * the limits that hold for every stream.
 */
export const KINESIS_LIMITS = {
  /** Data and partition key of one record. */
  recordBytes: 1024 * 1024,
  /** Data and partition keys of one PutRecords request. */
  requestBytes: 5 * 1024 * 1024,
  requestRecords: 500,
  /** Characters of a partition key; there is at least one. */
  keyCharacters: 256,
} as const;
