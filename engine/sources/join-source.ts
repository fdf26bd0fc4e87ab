import { logInputs } from './log-inputs.ts';
import type { SourceKind } from './source-kind.ts';

export const joinSource: SourceKind<'join'> = {
  ...logInputs,
  words: ({ left, right }) => `${left.name} and ${right.name}`,
  sql: (source, { joined }) => joined(source),
};
