import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Item } from '../ports/state-store.ts';
import { StateFormatError } from './errors.ts';

/**
 * Reads items that are JSON text. Unlike packed bytes they have no checksum, and people can edit them: without a look at
 * their shape, a missing watermark would close no window, or all.
 *
 * `what` names the item in the messages of the `StateFormatError` that anything else gives.
 */
export function storedJson<Schema extends TSchema>(
  what: string,
  schema: Schema,
): (item: Pick<Item, 'key' | 'data'>) => Static<Schema> {
  const check = Compile(schema);
  return ({ key, data }) => {
    if (typeof data !== 'string') throw new StateFormatError(key, `${what} is text`);
    const value = parse(data);
    if (check.Check(value)) return value as Static<Schema>;
    if (value === undefined) throw new StateFormatError(key, `${what} is JSON`);
    const [error] = check.Errors(value);
    throw new StateFormatError(key, `of ${what}, '${error?.instancePath || '/'}' ${error?.message ?? 'does not fit'}`);
  };
}

/** Undefined, which no JSON text is, where the text is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
