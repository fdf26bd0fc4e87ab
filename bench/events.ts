import type { SourceRecord } from '../engine/decode/source-record.ts';
import { hash32 } from '../engine/hash/hash64.ts';

export interface ClickOptions {
  readonly events: number;
  /** How many different pages there are. */
  readonly pages: number;
  readonly users?: number;
  /** From one event to the next, before each is moved up to two seconds out of order. 1 unless set. */
  readonly stepMs?: number;
}

/** Click events of about 230 bytes: the same for the same arguments. */
export function clickLines({ events, pages, users = 50_000, stepMs = 1 }: ClickOptions): string[] {
  const startMs = Date.UTC(2026, 0, 1);
  return Array.from({ length: events }, (_, i) => {
    const pick = hash32(`page ${i}`);
    const user = hash32(`user ${i}`) % users;
    return JSON.stringify({
      event_id: `01J${String(i).padStart(10, '0')}${String(pick).padStart(10, '0')}`,
      user_id: `user-${String(user).padStart(8, '0')}`,
      page_url: `https://shop.example/products/${String(pick % pages).padStart(7, '0')}?ref=mail&campaign=${pick % 17}`,
      action: pick % 7 === 0 ? 'click' : 'view',
      referrer: pick % 3 === 0 ? 'https://search.example/' : null,
      timestamp: new Date(startMs + i * stepMs + (pick % 2000)).toISOString(),
    });
  });
}

/** One event a record. */
export function unpacked(lines: readonly string[]): SourceRecord[] {
  return lines.map((line, i) => record(i, Buffer.from(line)));
}

/** Many events a record. */
export function packed(
  lines: readonly string[],
  perRecord: number,
  pack: (text: Buffer) => Uint8Array,
): SourceRecord[] {
  const records: SourceRecord[] = [];
  for (let from = 0; from < lines.length; from += perRecord) {
    records.push(record(from, pack(Buffer.from(lines.slice(from, from + perRecord).join('\n')))));
  }
  return records;
}

function record(index: number, data: Uint8Array): SourceRecord {
  return { sequence: String(index + 1), arrivalMs: null, partitionKey: null, data };
}
