import type { Scalar } from '../../../api/schemas/common.ts';
import { shorten, wordsOf } from './group-words.ts';

/** A group's value, whatever it holds: isolated from the text around it, shortened in its middle, null told from "". */
export function GroupName({ values, most }: { readonly values: readonly Scalar[]; readonly most?: number }) {
  const words = values.map(wordsOf).join(', ');
  return (
    <bdi title={words} class={values.some((value) => value === null || value === '') ? 'special' : ''}>
      {shorten(words, most)}
    </bdi>
  );
}
