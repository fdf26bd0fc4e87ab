import type { Overview } from '../api/schemas/overview.ts';
import { EventStreamParser, type StreamMessage } from './event-stream.ts';
import { mergePatch } from './merge-patch.ts';

/** Reads server-sent events as they come. The last one, if it is not whole, is dropped: it comes again. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  const parser = new EventStreamParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    await reader.cancel();
  }
}

/** The overview after an event: the whole of it, or what has changed since. */
export function overviewAfter(before: Overview | null, { event, data }: StreamMessage): Overview {
  const value: unknown = JSON.parse(data);
  return event === 'snapshot' ? (value as Overview) : mergePatch(before as Overview, value);
}
