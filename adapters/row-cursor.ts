import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import type { RowKey } from '../engine/ports/result-store.ts';

/** Where a page of rows ended: the next one begins after this window start and group. */
export type RowCursor = Pick<RowKey, 'windowStartMs' | 'group'>;

/** Text is no cursor of a page of rows. */
export class InvalidCursorError extends StreamgaugeError {
  override readonly name = 'InvalidCursorError';
  readonly code = 'invalidCursor';
}

/** Opaque text that is safe in a URL. */
export function formatRowCursor({ windowStartMs, group }: RowCursor): string {
  return Buffer.from(JSON.stringify([windowStartMs, group])).toString('base64url');
}

/** Throws on text that `formatRowCursor` cannot have made: a cursor passes through callers. */
export function parseRowCursor(text: string): RowCursor {
  try {
    const [windowStartMs, group] = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Number.isSafeInteger(windowStartMs) && typeof group === 'string') return { windowStartMs, group };
  } catch {
    // Not JSON: refused below, as is JSON of another shape.
  }
  throw new InvalidCursorError(
    `The cursor ${JSON.stringify(text)} is none that a page of rows ended with: give the cursor of the previous page, or none.`,
  );
}
