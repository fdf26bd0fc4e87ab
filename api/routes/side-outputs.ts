import { Buffer } from 'node:buffer';
import type { Hono } from 'hono';
import { SIDE_OUTPUT_KINDS, type SideOutputKind, type StoredSideOutput } from '../../engine/ports/dead-letter-store.ts';
import { formatPosition } from '../../engine/ports/position.ts';
import { readSideOutputs } from '../../engine/query/side-outputs.ts';
import { parseInstant } from '../../engine/time/instant.ts';
import { parseParameters } from '../parameters.ts';
import { notFound } from '../problems.ts';
import { type SideOutput, SideOutputsQuery } from '../schemas/side-outputs.ts';
import type { ApiSource } from '../source.ts';

const DEFAULT_LIMIT = 50;
const MAX_RAW_BYTES = 64 * 1024;

/** What was not counted: dead letters, late events, discarded batches, with their bytes. */
export function sideOutputRoutes(app: Hono, source: () => ApiSource): void {
  app.get('/events/:kind', async (c) => {
    const kind = kindOf(c.req.param('kind'));
    const query = parseParameters(SideOutputsQuery, new URL(c.req.url).searchParams);
    const startMs = query.window === undefined ? null : parseInstant(query.window);
    const { records, cursor } = await readSideOutputs(source().sideOutputs, {
      kinds: [kind],
      stream: query.stream,
      reason: query.reason,
      view: query.view,
      missed: startMs === null ? undefined : { fromMs: startMs, toMs: startMs + 1 },
      limit: query.limit ?? DEFAULT_LIMIT,
      cursor: query.cursor ?? null,
    });
    const found = records.filter((record) => query.search === undefined || holds(record, query.search));
    return c.json({ kind, items: found.map(sideOutputJson), cursor });
  });

  app.get('/events/:kind/:id{.+}', async (c) => {
    const kind = kindOf(c.req.param('kind'));
    const id = c.req.param('id');
    const record = await source().sideOutputs.get(id);
    if (record === null || record.kind !== kind) throw notFound(`Nothing is kept under the id '${id.slice(0, 200)}'.`);
    const bytes = bytesOf(record);
    return c.json({
      item: sideOutputJson(record),
      raw: Buffer.from(bytes.subarray(0, MAX_RAW_BYTES)).toString('base64'),
      truncated: bytes.length > MAX_RAW_BYTES,
      at_byte: atByte(record.message),
    });
  });
}

function kindOf(text: string): SideOutputKind {
  const found = SIDE_OUTPUT_KINDS.find((kind) => kind === text);
  if (found !== undefined) return found;
  throw notFound(`There are no events '${text}'. There are ${SIDE_OUTPUT_KINDS.join(', ')}.`);
}

function sideOutputJson(record: StoredSideOutput): SideOutput {
  const { id, stream, shard, position, arrivalMs, missed, reason, message, redrive } = record;
  return {
    id,
    stream,
    shard,
    position: formatPosition(position),
    arrived: arrivalMs,
    event_time: missed?.eventTimeMs ?? null,
    reason,
    detail: message,
    bytes: bytesOf(record).length,
    views: missed === null ? [] : [missed.view],
    redriven: redrive !== null,
  };
}

function bytesOf({ payloads }: StoredSideOutput): Uint8Array {
  const [first] = payloads;
  if (first === undefined) return new Uint8Array(0);
  return payloads.length === 1 ? first.data : Buffer.concat(payloads.map(({ data }) => data));
}

function holds(record: StoredSideOutput, text: string): boolean {
  return Buffer.from(bytesOf(record)).includes(text);
}

/** Where the fault is, as the reason says it: "at byte 6", "position 6". */
function atByte(message: string): number | null {
  const [, place] = /(?:at byte|position) (\d+)/.exec(message) ?? [];
  return place === undefined ? null : Number(place);
}
