import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import { EVENTS_TYPE } from './media-types.ts';
import { ProblemError } from './problems.ts';
import type { Route } from './route.ts';

/** Below it, packing costs more than it saves. */
const MIN_PACKED_BYTES = 1024;

const pack = promisify(gzip);

/** An answer within its time, packed where the caller takes that. Live events are sent as they come, without end. */
export async function finished(
  c: Context,
  route: Route,
  answer: () => Promise<Response> | Response,
  timeLimit: () => AbortSignal,
): Promise<Response> {
  if (EVENTS_TYPE in route.answers) return answer();
  return packed(c, await within(timeLimit(), answer));
}

/** What takes longer goes on, bounded as each question is, but nobody waits for it. */
async function within<T>(signal: AbortSignal, work: () => Promise<T> | T): Promise<T> {
  let stop = () => {};
  const limit = new Promise<never>((_, reject) => {
    stop = () => reject(tookTooLong());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([limit, Promise.resolve().then(work)]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function tookTooLong(): ProblemError {
  return new ProblemError(
    504,
    'took_too_long',
    'The answer took too long',
    'The question was given up, for it took longer than a request may. Ask for a shorter range or fewer rows.',
  );
}

async function packed(c: Context, response: Response): Promise<Response> {
  if (response.body === null || c.req.method === 'HEAD') return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.append('Vary', 'Accept-Encoding');
  if (bytes.length <= MIN_PACKED_BYTES || !takesGzip(c.req.header('accept-encoding'))) {
    return new Response(bytes, { status: response.status, headers });
  }
  headers.set('Content-Encoding', 'gzip');
  const tag = headers.get('ETag');
  // The same answer, but not the same bytes.
  if (tag !== null && !tag.startsWith('W/')) headers.set('ETag', `W/${tag}`);
  return new Response(await pack(bytes), { status: response.status, headers });
}

/** `gzip`, `*`, with a weight that is not 0. */
function takesGzip(accepted = ''): boolean {
  return accepted.split(',').some((one) => {
    const [name, ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return (name === 'gzip' || name === '*') && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
  });
}
