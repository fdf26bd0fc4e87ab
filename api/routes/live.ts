import { formatMessage, type LiveMessage } from '../live-feed.ts';
import { EVENTS_TYPE } from '../media-types.ts';
import { ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';

/** Those who read the live connection. One feed serves all of them. */
export interface LiveReaders {
  /** Brings the state up to now, where nobody has read for a while: to be done before somebody begins. */
  freshen(): Promise<void>;
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
export function liveRoute(readers: LiveReaders): Route {
  return route({
    method: 'GET',
    path: '/api/live',
    summary: 'The overview as it changes: server-sent events, which go on after Last-Event-ID.',
    answers: { [EVENTS_TYPE]: null },
    problems: [400, 503],
    async answer({ c }) {
      // Without a body there would be nobody to end the reading.
      if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
      await readers.freshen();
      return c.body(openBody(readers, c.req.header('last-event-id') ?? null), 200, HEADERS);
    },
  });
}

/** @throws ProblemError where as many read as may. */
function openBody(readers: LiveReaders, lastId: string | null): ReadableStream<Uint8Array> {
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
  if (stop !== null) return body;
  throw new ProblemError(
    503,
    'too_many_readers',
    'Too many pages are open',
    'The server sends live events to as many readers as it may. Close another page, and this one connects by itself.',
  );
}

const MAX_WAITING = 30;
