import type { Overview } from '../api/schemas/overview.ts';

/** What the live connection says, event by event. */
export interface LiveEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events as they come. The last one, if it is not whole, is dropped: it comes again. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel();
  }
}

/** Null of comments, which say that there is nothing new. */
function parseBlock(block: string): LiveEvent | null {
  const fields: Record<'id' | 'event' | 'data', string> = { id: '', event: '', data: '' };
  for (const line of block.split('\n')) {
    const [, name, value] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields[name as 'id'] = value ?? '';
  }
  return fields.event === '' ? null : fields;
}

/** The overview after an event: the whole of it, or what has changed since. */
export function overviewAfter(before: Overview | null, { event, data }: LiveEvent): Overview {
  const value: unknown = JSON.parse(data);
  return (event === 'snapshot' ? value : patched(before, value, false)) as Overview;
}

/** Names under which each name is a thing that comes and goes. */
const MAPS = new Set(['streams', 'views', 'cells', 'incidents', 'dead_by_reason']);

/** A merge patch removes what is null in it. Here that is a thing that is gone, or a field that has become null. */
function patched(before: unknown, patch: unknown, isMap: boolean): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isObject(before) ? before : {}) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null && isMap) delete merged[name];
    else merged[name] = patched(merged[name], value, !isMap && MAPS.has(name));
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
