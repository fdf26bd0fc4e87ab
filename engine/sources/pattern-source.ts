import { logInputs } from './log-inputs.ts';
import type { SourceKind } from './source-kind.ts';

export const patternSource: SourceKind<'pattern'> = {
  ...logInputs,
  words: ({ name, output }) => (output === 'matches' ? `matches in ${name}` : `what ran out of time in ${name}`),
  sql: (source, { matched }) => matched(source),
};
