import { Buffer } from 'node:buffer';
import { BugError } from '../ir/bug-error.ts';
import { CommitTooLargeError } from './errors.ts';
import { COMMIT_LIMITS, type ItemKey, type ItemWrite } from './state-store.ts';

/** Room for attribute names, the version and the condition of one item. */
const ITEM_OVERHEAD_BYTES = 100;

/** DynamoDB's limits on a partition key and a sort key, in bytes of UTF-8. */
const KEY_LIMITS = { partitionBytes: 2048, sortBytes: 1024 } as const;

/** What DynamoDB adds to key and data: the names of four attributes, and the version. */
const ATTRIBUTE_BYTES = 20;

/** Bytes that DynamoDB bills an item by, with so much data. */
export function itemBytes(key: ItemKey, dataBytes: number): number {
  return utf8Bytes(key.partition) + utf8Bytes(key.sort) + dataBytes + ATTRIBUTE_BYTES;
}

/** Bytes of one write towards `COMMIT_LIMITS`: key, data and a fixed allowance. A delete has no data. */
function writeBytes(write: ItemWrite): number {
  const key = utf8Bytes(write.key.partition) + utf8Bytes(write.key.sort);
  if (write.kind === 'delete') return key + ITEM_OVERHEAD_BYTES;
  const data = typeof write.data === 'string' ? utf8Bytes(write.data) : write.data.byteLength;
  return key + data + ITEM_OVERHEAD_BYTES;
}

/**
 * Checks a transaction before the store writes anything. Every state store calls it, so all refuse the same ones.
 *
 * @throws CommitTooLargeError beyond `COMMIT_LIMITS`: the caller splits the commit.
 * @throws BugError if two writes have one key, or a key cannot be stored.
 */
export function assertCommit(writes: readonly ItemWrite[]): void {
  if (writes.length > COMMIT_LIMITS.items) {
    throw new CommitTooLargeError(
      `A commit of ${writes.length} items is beyond the limit of ${COMMIT_LIMITS.items}: split it into several commits.`,
    );
  }
  const seen = new Set<string>();
  let total = 0;
  for (const write of writes) {
    assertKey(write.key);
    const identity = JSON.stringify([write.key.partition, write.key.sort]);
    if (seen.has(identity)) {
      throw new BugError(
        `One transaction writes the item at ${describeKey(write.key)} twice: join the two writes into one.`,
      );
    }
    seen.add(identity);
    const bytes = writeBytes(write);
    if (bytes > COMMIT_LIMITS.itemBytes) {
      throw new CommitTooLargeError(
        `The item at ${describeKey(write.key)} takes ${bytes} bytes, beyond the limit of ${COMMIT_LIMITS.itemBytes}: split it into several commits.`,
      );
    }
    total += bytes;
  }
  if (total > COMMIT_LIMITS.bytes) {
    throw new CommitTooLargeError(
      `A commit of ${total} bytes is beyond the limit of ${COMMIT_LIMITS.bytes}: split it into several commits.`,
    );
  }
}

/** Throws a BugError if a key is empty, too long, or holds a lone surrogate, which UTF-8 cannot tell from another. */
export function assertKey(key: ItemKey): void {
  assertKeyPart(key, 'partition', KEY_LIMITS.partitionBytes);
  assertKeyPart(key, 'sort', KEY_LIMITS.sortBytes);
}

function assertKeyPart(key: ItemKey, part: 'partition' | 'sort', limitBytes: number): void {
  const text = key[part];
  const bytes = utf8Bytes(text);
  if (bytes >= 1 && bytes <= limitBytes && text.isWellFormed()) return;
  throw new BugError(
    bytes === 0 || bytes > limitBytes
      ? `The ${part} key of ${describeKey(key)} takes ${bytes} bytes: it must take 1 to ${limitBytes}.`
      : `The ${part} key of ${describeKey(key)} holds half a surrogate pair: build keys from well-formed text.`,
  );
}

function describeKey(key: ItemKey): string {
  return `(${abridged(key.partition)}, ${abridged(key.sort)})`;
}

function abridged(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
