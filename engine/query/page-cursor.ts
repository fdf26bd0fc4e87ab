import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/schema';
import type { JsonValue } from '../ir/node.ts';
import { Type } from '../ir/type.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { BadQueryError } from './errors.ts';

/** Raised when what a cursor holds has another meaning: older ones are then refused, and not misread. */
const VERSION = 1;
const CHECK_BYTES = 9;

/** A place in the order of rows; null before the first one. */
export const ROW_PLACE = Type.Union([
  Type.Object({
    windowStartMs: Type.Integer({ minimum: START_OF_TIME_MS, maximum: END_OF_TIME_MS }),
    group: Type.String(),
  }),
  Type.Null(),
]);

/**
 * Where a page ended, as opaque text that is safe in a URL. It is of one question alone: with another range, group or order
 * it would skip rows. The check finds what was cut, changed or mixed up on its way; it is no signature, and gives nobody who
 * forges it more than the rows that the question asks for.
 *
 * @example
 * const cursor = formatPageCursor(['views@8c1f', 0, 3_600_000], ['stored', 60_000, '["/a"]']);
 * parsePageCursor(['views@8c1f', 0, 3_600_000], cursor, PLACE); // ['stored', 60_000, '["/a"]']
 */
export function formatPageCursor(question: JsonValue, place: JsonValue): string {
  const text = JSON.stringify(place);
  const body = Buffer.from(text).toString('base64url');
  return `${VERSION}.${body}.${checkOf(question, text)}`;
}

/**
 * @param place what a place of this question is: whoever knows how a cursor is made can make one of anything.
 * @throws BadQueryError where the text is no cursor, or that of a page of another question.
 */
export function parsePageCursor<S extends TSchema>(question: JsonValue, cursor: string, place: S): Static<S> {
  const [, version, body = '', check] = /^(\d{1,3})\.([\w-]+)\.([\w-]+)$/.exec(cursor) ?? [];
  const text = Buffer.from(body, 'base64url').toString();
  if (version === String(VERSION) && check === checkOf(question, text)) {
    const found: unknown = JSON.parse(text);
    if (Check(place, found)) return found;
  }
  throw new BadQueryError(
    `'${cursor.slice(0, 60)}' is no cursor of this question: give the cursor of the page before as it is, with the same view, range, group and order, or leave it out.`,
  );
}

function checkOf(question: JsonValue, place: string): string {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, question, place]));
  return hash.digest().subarray(0, CHECK_BYTES).toString('base64url');
}
