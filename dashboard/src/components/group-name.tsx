import type { Scalar } from '../../../api/schemas/common.ts';

const MOST_CHARACTERS = 48;

/** A group's value, whatever it holds: isolated from the text around it, shortened in its middle, null told from "". */
export function GroupName({ values }: { readonly values: readonly Scalar[] }) {
  const words = values.map(wordsOf).join(', ');
  return (
    <bdi title={words} class={values.some((value) => value === null || value === '') ? 'special' : ''}>
      {shorten(words)}
    </bdi>
  );
}

export function wordsOf(value: Scalar): string {
  if (value === null) return 'null';
  if (value === '') return '"" (empty)';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be drawn
  return String(value).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '␤');
}

/** Whole characters from both ends, for what tells names apart is often their end. */
export function shorten(words: string): string {
  const characters = [...words];
  if (characters.length <= MOST_CHARACTERS) return words;
  const half = Math.floor((MOST_CHARACTERS - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}
