import { countCodePoints, sliceCodePoints } from './code-points.ts';
import { type FunctionDescriptor, ifAny, isWholeFrom, TEXT } from './descriptor.ts';

const MAX_PLACE = 1_000_000;

/**
 * As SQL counts: the first code point is 1, −1 the last; so many from there, or all. Before the beginning of a text, a place from
 * its end is its beginning; and behind its end there is the empty text.
 */
export const substringFunction: FunctionDescriptor = {
  name: 'substring',
  takes: ['string'],
  settings: { least: 1, most: 2 },
  checkSettings([start, length]) {
    if (!isWholeFrom(-MAX_PLACE, MAX_PLACE, start) || start === 0) {
      return 'takes the place of the first code point: a whole number from 1, or from −1 downwards, counted from the end';
    }
    return length === undefined || isWholeFrom(0, MAX_PLACE, length) ? null : 'takes a length from 0 upwards';
  },
  type: TEXT,
  canBeNull: ifAny,
  js([start, length]) {
    const first = start as number;
    const most = length === undefined ? Number.POSITIVE_INFINITY : (length as number);
    if (first > 0) return (text: string) => sliceCodePoints(text, first - 1, first - 1 + most);
    return (text: string) => {
      const from = Math.max(0, countCodePoints(text) + first);
      return sliceCodePoints(text, from, from + most);
    };
  },
  sql([start, length], { operands: [text] }) {
    const first = start as number;
    const from = first > 0 ? String(first) : `greatest(length(${text}) - ${-first - 1}, 1)`;
    return `substr(${text}, ${from}, ${length === undefined ? MAX_TEXT : length})`;
  },
};

/** More code points than a text can have. */
const MAX_TEXT = 2_147_483_647;
