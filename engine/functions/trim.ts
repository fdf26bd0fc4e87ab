import { type FunctionDescriptor, ifAny, TEXT } from './descriptor.ts';

/** White space: tab, line breaks and the space separators of Unicode. */
const SPACES =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000';
const CLASS = `[${[...SPACES].map((space) => `\\x{${space.charCodeAt(0).toString(16)}}`).join('')}]`;

/** Without the white space at both ends. SQL's own functions differ in what they take for it, so both have the list. */
export const trimFunction: FunctionDescriptor = {
  name: 'trim',
  takes: ['string'],
  type: TEXT,
  canBeNull: ifAny,
  js: () => trimmed,
  sql: (_, { operands, text }) =>
    `regexp_replace(regexp_replace(${operands[0]}, ${text(`\\A${CLASS}+`)}, ''), ${text(`${CLASS}+\\z`)}, '')`,
};

function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.includes(text[start] as string)) start++;
  while (end > start && SPACES.includes(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
