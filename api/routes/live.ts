import type { Hono } from 'hono';
import { formatMessage, type LiveMessage } from '../live-feed.ts';
import { ProblemError } from '../problems.ts';

/** Those who read the live connection. One feed serves all of them. */
export interface LiveReaders {
  /** Messages after an id, and then each as it comes. Null where as many read as may. `stop` ends it. */
  subscribe(lastId: string | null, say: (message: LiveMessage | null) => void): (() => void) | null;
}

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // Proxies that collect answers would hold back each message.
  'X-Accel-Buffering': 'no',
};

/** Server-sent events: a snapshot or what was missed, then a patch each second, or a comment where nothing has changed. */
export function liveRoute(app: Hono, readers: LiveReaders): void {
  app.get('/live', (c) => {
    const lastId = c.req.header('last-event-id') ?? null;
    const encoder = new TextEncoder();
    let stop: (() => void) | null = null;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        stop = readers.subscribe(lastId, (message) => {
          // A reader that takes nothing off is let go, for its messages would pile up here. It comes back after the last one.
          if ((controller.desiredSize ?? 0) < -MAX_WAITING) {
            stop?.();
            controller.close();
            return;
          }
          controller.enqueue(encoder.encode(message === null ? ': nothing has changed\n\n' : formatMessage(message)));
        });
      },
      cancel() {
        stop?.();
      },
    });
    if (stop === null) {
      throw new ProblemError(
        503,
        'too_many_readers',
        'Too many pages are open',
        'The server sends live events to as many readers as it may. Close another page, and this one connects by itself.',
      );
    }
    return c.body(body, 200, HEADERS);
  });
}

const MAX_WAITING = 30;
