import { Buffer } from 'node:buffer';
import {
  SIDE_OUTPUT_KINDS,
  SideOutputIdError,
  type SideOutputKind,
  type StoredSideOutput,
} from '../../engine/ports/dead-letter-store.ts';
import { formatPosition } from '../../engine/ports/position.ts';
import { readSideOutputs } from '../../engine/query/side-outputs.ts';
import { parseInstant } from '../../engine/time/instant.ts';
import { JSON_TYPE } from '../media-types.ts';
import { notFound } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { type SideOutput, SideOutputDetail, SideOutputsPage, SideOutputsQuery } from '../schemas/side-outputs.ts';
import type { ApiSource } from '../source.ts';

const DEFAULT_LIMIT = 50;
const MAX_RAW_BYTES = 64 * 1024;

/** What was not counted: dead letters, late events, discarded batches, with their bytes. */
export const SIDE_OUTPUT_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/events/{kind}',
    summary: 'What was not counted, page by page: dead letters, late events, discarded batches.',
    query: SideOutputsQuery,
    answers: { [JSON_TYPE]: SideOutputsPage },
    problems: [400, 404],
    async answer({ c, source, query, name }) {
      const kind = kindOf(name('kind'));
      const startMs = query.window === undefined ? null : parseInstant(query.window);
      const { records, cursor } = await readSideOutputs(source.sideOutputs, {
        kinds: [kind],
        stream: query.stream,
        reason: query.reason,
        view: query.view,
        missed: startMs === null ? undefined : { fromMs: startMs, toMs: startMs + 1 },
        limit: query.limit ?? DEFAULT_LIMIT,
        cursor: query.cursor ?? null,
      });
      const found = records.filter((record) => query.search === undefined || holds(record, query.search));
      const page: SideOutputsPage = { kind, items: found.map(sideOutputJson), cursor };
      if (kind !== 'dead' || query.cursor !== undefined) return c.json(page);
      return c.json({ ...page, by_reason: await deadByReason(source, query.stream) });
    },
  }),
  route({
    method: 'GET',
    path: '/api/events/{kind}/{id}',
    summary: 'One of them with its bytes as they came.',
    answers: { [JSON_TYPE]: SideOutputDetail },
    problems: [400, 404],
    async answer({ c, source, name }) {
      const kind = kindOf(name('kind'));
      const record = await recordOf(source, name('id'));
      if (record?.kind !== kind) throw notFound(`Nothing is kept under the id '${name('id')}'.`);
      const bytes = bytesOf(record);
      return c.json({
        item: sideOutputJson(record),
        raw: Buffer.from(bytes.subarray(0, MAX_RAW_BYTES)).toString('base64'),
        truncated: bytes.length > MAX_RAW_BYTES,
        at_byte: atByte(record.message),
      });
    },
  }),
];

/** How many there are by reason, of a stream or of all. */
async function deadByReason(source: ApiSource, stream: string | undefined): Promise<Record<string, number>> {
  const { streams } = await source.overview();
  const sums: Record<string, number> = {};
  for (const [name, { dead_by_reason }] of Object.entries(streams)) {
    if (stream !== undefined && name !== stream) continue;
    for (const [reason, events] of Object.entries(dead_by_reason ?? {})) sums[reason] = (sums[reason] ?? 0) + events;
  }
  return sums;
}

/** Null where nothing is kept under an id, and where it is none. */
export async function recordOf({ sideOutputs }: ApiSource, id: string): Promise<StoredSideOutput | null> {
  try {
    return await sideOutputs.get(id);
  } catch (error) {
    if (error instanceof SideOutputIdError) return null;
    throw error;
  }
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
