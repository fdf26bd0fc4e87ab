import { PatternMatcher } from '../text/pattern-matcher.ts';
import { type Pattern, PatternError, parsePattern, printPattern } from '../text/pattern-syntax.ts';
import { CONDITION, type FunctionDescriptor, ifAny } from './descriptor.ts';

/** Whether a pattern matches somewhere in the text; `^` and `$` stand for its ends. In one pass over the text, whatever the pattern. */
export const matchesFunction: FunctionDescriptor = {
  name: 'matches',
  takes: ['string'],
  settings: { least: 1, most: 1 },
  checkSettings([pattern]) {
    if (typeof pattern !== 'string') return "takes a pattern as a string, such as '^/api/v[0-9]+'";
    const matcher = PatternMatcher.of(pattern);
    return matcher instanceof PatternError ? `takes no such pattern: ${JSON.stringify(pattern)} ${matcher.why}` : null;
  },
  type: CONDITION,
  canBeNull: ifAny,
  js([pattern]) {
    const matcher = PatternMatcher.of(pattern as string) as PatternMatcher;
    return (text: string) => matcher.matches(text);
  },
  sql([pattern], { operands: [value], text, dialect }) {
    const printed = text(printPattern(parsePattern(pattern as string) as Pattern));
    return `${dialect === 'DuckDB' ? 'regexp_matches' : 'regexp_like'}(${value}, ${printed})`;
  },
};
