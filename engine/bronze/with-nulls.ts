import { setNull } from '../decode/mismatches.ts';

/** The text of a JSON object with null in some places. Numbers keep the digits that they have there. */
export function withNulls(text: string, paths: readonly (readonly string[])[]): string {
  const event = EXACT.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined ? EXACT.rawJSON(source) : value,
  );
  for (const path of paths) setNull(event as Record<string, unknown>, path);
  return JSON.stringify(event);
}

/** JSON with the text of values (ECMAScript 2026), of which the compiler does not know yet. */
interface JsonWithSource {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

const EXACT = JSON as unknown as JsonWithSource;
