/**
 * Kinesis bills a stream of provisioned shards by units of 25 KB, each record rounded up; Firehose rounds each record up
 * to 5 KB. A record of just under 25 KB wastes next to nothing of either, whether a KB is 1000 or 1024 bytes.
 */
export const DEFAULT_RECORD_BYTES = 25_000;

/** Bytes of events in one record before compression: far below what the pipeline unfolds, and a bound for memory. */
export const MAX_UNPACKED_BYTES = 4 * 1024 * 1024;
