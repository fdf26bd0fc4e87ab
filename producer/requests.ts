import { KINESIS_LIMITS } from '../contracts/kinesis-limits.ts';

/** Divides records among requests, in their order, so that each keeps within what one request may hold. */
export function divideIntoRequests<T>(records: readonly T[], bytesOf: (record: T) => number): T[][] {
  const requests: T[][] = [];
  let current: T[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = bytesOf(record);
    const full =
      current.length === KINESIS_LIMITS.requestRecords ||
      (current.length > 0 && bytes + size > KINESIS_LIMITS.requestBytes);
    if (full) {
      requests.push(current);
      current = [];
      bytes = 0;
    }
    current.push(record);
    bytes += size;
  }
  if (current.length > 0) requests.push(current);
  return requests;
}
