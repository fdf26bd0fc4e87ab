import type { ItemKey } from '../engine/ports/state-store.ts';

/** DynamoDB bills each kilobyte begun of what is written. */
export function kilobytesBegun(bytes: number): number {
  return Math.ceil(bytes / 1024);
}

/** The names of an item's four attributes, and its version. */
const ATTRIBUTE_BYTES = 20;

/** Bytes that DynamoDB bills an item by. The engine has a rule of its own, which this one checks. */
export function itemBytes({ partition, sort }: ItemKey, dataBytes: number): number {
  return Buffer.byteLength(partition) + Buffer.byteLength(sort) + dataBytes + ATTRIBUTE_BYTES;
}
