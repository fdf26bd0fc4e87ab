import { randomUUID } from 'node:crypto';

/** A name that no other test and no earlier run has used, so that conformance tests can share one database. */
export function fresh(prefix: string): string {
  return `${prefix}-${randomUUID()}`;
}

export function hex(bytes: Uint8Array | string): string {
  if (typeof bytes === 'string')
    throw new Error(`Bytes were expected, the store gave the text ${JSON.stringify(bytes)}.`);
  return Buffer.from(bytes).toString('hex');
}
