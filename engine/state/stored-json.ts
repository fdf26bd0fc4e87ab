import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/schema';
import type { Item } from '../ports/state-store.ts';
import { StateFormatError } from './errors.ts';

/**
 * Reads items of JSON text. Unlike packed bytes they have no checksum, and people can edit them. Unchecked, a missing
 * watermark would close no window, or all.
 *
 * `what` names the item in the message of the `StateFormatError` for text of another shape.
 */
export function storedJson<Schema extends TSchema>(
  what: string,
  schema: Schema,
): (item: Pick<Item, 'key' | 'data'>) => Static<Schema> {
  // On the first item, for most of what imports a format reads none of it. A schema takes a millisecond.
  let compiled: Validator | undefined;
  return ({ key, data }) => {
    if (typeof data !== 'string') throw new StateFormatError(key, `${what} is text`);
    const value = parse(data);
    compiled ??= Compile(schema);
    const check = compiled;
    if (check.Check(value)) return value as Static<Schema>;
    if (value === undefined) throw new StateFormatError(key, `${what} is JSON`);
    const [, [error]] = check.Errors(value);
    throw new StateFormatError(key, `of ${what}, '${error?.instancePath || '/'}' ${error?.message ?? 'does not fit'}`);
  };
}

/** Undefined if the text is not JSON; no JSON text is undefined. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
