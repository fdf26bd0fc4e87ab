import type { Group, Scalar } from '../../../api/schemas/common.ts';

/** A group's value in words: null is told from "", and what must not be drawn is not. */
export function wordsOf(value: Scalar): string {
  if (value === null) return 'null';
  if (value === '') return '"" (empty)';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be drawn
  return String(value).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '␤');
}

/** All values of a group, in the order of its fields. */
export function nameOf(group: Group): string {
  return Object.values(group).map(wordsOf).join(', ');
}

const MOST_CHARACTERS = 48;

/** Whole characters from both ends, for what tells names apart is often their end. */
export function shorten(words: string, most = MOST_CHARACTERS): string {
  const characters = [...words];
  if (characters.length <= most) return words;
  const half = Math.floor((most - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}
