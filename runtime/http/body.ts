import type { Readable } from 'node:stream';

/** Bytes of bodies that are in memory at a time. Who comes when it is full is read later: senders wait, nothing is refused. */
const ROOM_BYTES = 64 * 1024 * 1024;

interface Waiter {
  readonly bytes: number;
  readonly enter: () => void;
}

/** Room for the bodies of requests: first come, first served. */
export class BodyRoom {
  #freeBytes = ROOM_BYTES;
  #waiters: Waiter[] = [];

  /** Resolves when there is room for so many bytes; give them back. */
  take(bytes: number): Promise<void> {
    if (this.#waiters.length === 0 && bytes <= this.#freeBytes) {
      this.#freeBytes -= bytes;
      return Promise.resolve();
    }
    return new Promise((enter) => this.#waiters.push({ bytes, enter }));
  }

  give(bytes: number): void {
    this.#freeBytes += bytes;
    for (;;) {
      const [next] = this.#waiters;
      if (next === undefined || next.bytes > this.#freeBytes) return;
      this.#waiters.shift();
      this.#freeBytes -= next.bytes;
      next.enter();
    }
  }
}

/** The bytes that a body may have by its header, at most `maxBytes`; null where it says that it has more. */
export function announcedBytes(contentLength: string | undefined, maxBytes: number): number | null {
  if (contentLength === undefined) return maxBytes;
  const bytes = Number(contentLength);
  return bytes <= maxBytes ? bytes : null;
}

/**
 * Reads a body; null where it has more than `maxBytes`. Its rest is then left unread.
 *
 * @throws the stream's error where the sender went away.
 */
export async function readBody(body: Readable, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, bytes);
}
