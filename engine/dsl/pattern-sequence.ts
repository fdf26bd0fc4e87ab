import { DefinitionError } from '../ir/errors.ts';
import type { Contiguity } from '../ir/pattern-definition.ts';

/** One step of a pattern's text. */
export interface TextStep {
  readonly name: string;
  readonly isAbsent: boolean;
  /** To the step before. */
  readonly contiguity: Contiguity;
  /** Null: one event. */
  readonly times: { readonly least: number; readonly most: number | null } | null;
  readonly isOptional: boolean;
}

const ARROWS: Readonly<Record<string, Contiguity>> = { '->': 'followedBy', '=>': 'next', '~>': 'followedByAny' };
const FORM = "Write steps with arrows between them, such as 'failure{5} -> success' or 'paid -> !confirmed'";

/**
 * The steps of a text such as `A -> B{2,5} => C? -> !D`. The types in `pattern-types.ts` read the same text.
 *
 * @param where names the pattern for the errors.
 */
export function parseSequence(text: unknown, where: string): readonly TextStep[] {
  if (typeof text !== 'string' || text.trim() === '') throw new DefinitionError(`${where} has no steps. ${FORM}.`);
  const words = text.split(' ');
  return words.flatMap((word, index) => {
    if (index % 2 === 0) return [parseStep(word, contiguityOf(words[index - 1] ?? '->', text, where), where)];
    contiguityOf(word, text, where);
    if (index === words.length - 1) throw new DefinitionError(`${where}: '${text}' ends with an arrow. ${FORM}.`);
    return [];
  });
}

function contiguityOf(arrow: string, text: string, where: string): Contiguity {
  const contiguity = Object.hasOwn(ARROWS, arrow) ? ARROWS[arrow] : undefined;
  if (contiguity !== undefined) return contiguity;
  throw new DefinitionError(
    `${where}: '${text}' has '${arrow}' where an arrow has to be. ${FORM}: one blank on each side of ->, => or ~>.`,
  );
}

function parseStep(word: string, contiguity: Contiguity, where: string): TextStep {
  const [, not, name = '', count, mark] = /^(!?)([A-Za-z_]\w*)(?:\{([\d,]*)\}|([?+*]))?$/.exec(word) ?? [];
  const times = count !== undefined ? timesOf(count) : mark === '+' || mark === '*' ? { least: 1, most: null } : null;
  const isWrong = name === '' || (count !== undefined && times === null);
  const isAbsent = not === '!';
  if (isWrong || (isAbsent && (count ?? mark) !== undefined)) {
    throw new DefinitionError(
      `${where}: '${word}' is no step. A step is a name, with {3}, {2,5}, {2,}, +, * or ? after it where it takes another number of events, or with ! before it where no such event may be there.`,
    );
  }
  return { name, isAbsent, contiguity, times, isOptional: mark === '?' || mark === '*' };
}

function timesOf(count: string): TextStep['times'] {
  const [, least, comma, most] = /^(\d+)(,?)(\d*)$/.exec(count) ?? [];
  if (least === undefined) return null;
  if (comma === '') return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most === '' ? null : Number(most) };
}
