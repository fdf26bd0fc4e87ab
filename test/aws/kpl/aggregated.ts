import { createHash } from 'node:crypto';

export interface ToAggregate {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly data: string | Uint8Array;
}

/** An aggregated record as the Kinesis Producer Library makes it. */
export function aggregated(records: readonly ToAggregate[]): Buffer {
  const partitionKeys = [...new Set(records.map(({ partitionKey }) => partitionKey))];
  const hashKeys = [...new Set(records.flatMap(({ explicitHashKey }) => explicitHashKey ?? []))];
  return framed(
    Buffer.concat([
      ...partitionKeys.map((key) => field(1, Buffer.from(key))),
      ...hashKeys.map((key) => field(2, Buffer.from(key))),
      ...records.map(({ partitionKey, explicitHashKey, data }) => {
        const hashKey = explicitHashKey === undefined ? [] : [number(2, hashKeys.indexOf(explicitHashKey))];
        const parts = [
          number(1, partitionKeys.indexOf(partitionKey)),
          ...hashKey,
          field(3, Buffer.from(data as string)),
        ];
        return field(3, Buffer.concat(parts));
      }),
    ]),
  );
}

/** A message between the magic bytes and a checksum that fits. */
export function framed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xf3, 0x89, 0x9a, 0xc2), message, createHash('md5').update(message).digest()]);
}

/** A field that has a length. */
export function field(id: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(id * 8 + 2), varint(bytes.length), bytes]);
}

export function number(id: number, value: number): Buffer {
  return Buffer.concat([varint(id * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
