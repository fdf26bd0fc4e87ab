import { CONDITION, type FunctionDescriptor, ifAny } from './descriptor.ts';

/** True of the empty text. */
export const startsWithFunction: FunctionDescriptor = {
  name: 'startsWith',
  takes: ['string', 'string'],
  type: CONDITION,
  canBeNull: ifAny,
  js: () => (text: string, start: string) => text.startsWith(start),
  sql: (_, { operands: [text, start] }) => `starts_with(${text}, ${start})`,
};

/** True of the empty text. */
export const containsFunction: FunctionDescriptor = {
  name: 'contains',
  takes: ['string', 'string'],
  type: CONDITION,
  canBeNull: ifAny,
  js: () => (text: string, part: string) => text.includes(part),
  sql: (_, { operands: [text, part] }) => `strpos(${text}, ${part}) > 0`,
};
