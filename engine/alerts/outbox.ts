import { Buffer } from 'node:buffer';
import { Type } from '../ir/type.ts';
import { append } from '../lists/append.ts';
import type { AlertMessage } from '../ports/alert-sink.ts';
import type { Outbox } from '../state/alert-progress.ts';
import type { ViewPages } from '../state/pages.ts';
import { storedJson } from '../state/stored-json.ts';
import { ALERT_MESSAGE } from './message.ts';

/** A message and its number among all of the view's bucket. */
export interface OutboxEntry {
  readonly position: number;
  readonly message: AlertMessage;
}
const ENTRY = Type.Object({ position: Type.Integer({ minimum: 1 }), message: ALERT_MESSAGE });

/** Sets that progress lists; beyond them they are written as one. */
const MAX_SETS = 32;
/** Messages that wait for a publisher: beyond them the oldest go, and are counted. */
const MAX_WAITING = 20_000;
const ENTRIES_A_PART = 500;

/**
 * Adds messages behind those that wait, as pages that the next commit of progress is to name. Sets that have been published
 * whole go.
 *
 * @param publishedTo position up to which all channels have had the messages.
 */
export async function addToOutbox(
  pages: ViewPages,
  outbox: Outbox,
  messages: readonly AlertMessage[],
  publishedTo: number,
  version: number,
): Promise<Outbox> {
  const waiting = outbox.sets.filter(({ upTo }) => upTo > publishedTo);
  const added = messages.map((message, index) => ({ position: outbox.lastPosition + index + 1, message }));
  const lastPosition = outbox.lastPosition + added.length;
  if (added.length === 0) return { ...outbox, sets: waiting };
  if (waiting.length < MAX_SETS) {
    const set = await pages.save(version, partsOf(added));
    return { ...outbox, lastPosition, sets: [...waiting, { set, upTo: lastPosition }] };
  }
  const all = (await readOutbox(pages, { ...outbox, sets: waiting }, publishedTo)).slice(0);
  append(all, added);
  const kept = all.slice(-MAX_WAITING);
  const set = await pages.save(version, partsOf(kept));
  const dropped = outbox.dropped + all.length - kept.length;
  return { lastPosition, dropped, sets: [{ set, upTo: lastPosition }] };
}

/** Messages behind a position, in order. */
export async function readOutbox(pages: ViewPages, { sets }: Outbox, position: number): Promise<OutboxEntry[]> {
  const entries: OutboxEntry[] = [];
  for (const { set, upTo } of sets) {
    if (upTo <= position) continue;
    for (const part of await pages.load(set)) {
      const read = readPart({ key: pages.keyOf(set), data: Buffer.from(part).toString() });
      append(
        entries,
        read.filter((entry) => entry.position > position),
      );
    }
  }
  return entries;
}

const readPart = storedJson('the outbox of alerts', Type.Array(ENTRY));

function partsOf(entries: readonly OutboxEntry[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < entries.length; from += ENTRIES_A_PART) {
    parts.push(Buffer.from(JSON.stringify(entries.slice(from, from + ENTRIES_A_PART))));
  }
  return parts;
}
