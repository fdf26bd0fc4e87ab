import { type FunctionDescriptor, ifAny, isWholeFrom, TEXT } from './descriptor.ts';

/** The n-th part between separators: 1 is the first, −1 the last. The empty text where there are fewer. */
export const splitPartFunction: FunctionDescriptor = {
  name: 'splitPart',
  takes: ['string'],
  settings: { least: 2, most: 2 },
  checkSettings([separator, index]) {
    if (typeof separator !== 'string' || separator === '') return 'takes a separator, a text that is not empty';
    return isWholeFrom(-1000, 1000, index) && index !== 0
      ? null
      : 'takes the number of a part behind the separator: from 1 to 1000, or from −1 to −1000, counted from the end';
  },
  type: TEXT,
  canBeNull: ifAny,
  js([separator, index]) {
    const at = index as number;
    return (text: string) => text.split(separator as string).at(at > 0 ? at - 1 : at) ?? '';
  },
  sql([separator, index], { operands: [value], text, dialect }) {
    if (dialect === 'DuckDB') return `split_part(${value}, ${text(separator as string)}, ${index})`;
    return `COALESCE(element_at(split(${value}, ${text(separator as string)}), ${index}), substr(${value}, 1, 0))`;
  },
};
