import { describeExpression } from '../../engine/expression/describe.ts';
import { formatDuration } from '../../engine/ir/duration.ts';
import type { ExpressionNode } from '../../engine/ir/node.ts';
import type { Contiguity, PatternDefinition, PatternStep, StepCondition } from '../../engine/ir/pattern-definition.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { sourceWords } from '../../engine/sources/registry.ts';
import { windowOf } from '../../engine/windows/registry.ts';

/** What a pattern finds, in lines as those of a view. */
export function patternLines({ key, definition }: ViewPlan): string[] {
  const { name, source, window, lateEvents, buckets } = definition;
  if (source.kind !== 'pattern') return [];
  const { pattern, partitionBy, columns, select } = source;
  const fields = columns.map(({ path }) => path.join('.'));
  return [
    `Pattern ${name} of ${sourceWords(source)}`,
    ...pattern.steps.map(
      (step, index) => `  ${index === 0 ? 'steps         ' : '              '}${stepInWords(step, index)}`,
    ),
    `  within        ${withinInWords(pattern)}`,
    `  next match    ${skipInWords(pattern)}`,
    `  key           ${partitionBy.map(({ path }) => path.join('.')).join(', ')}; an event with a null in it is in no match`,
    `  log           ${windowOf(window).words.window}, with ${fields.length === 0 ? 'the time alone' : fields.join(', ')}`,
    ...(select.length === 0
      ? []
      : [`  columns       ${select.map(({ name, node }) => `${name} = ${describeExpression(node)}`).join('; ')}`]),
    `  late events   none allowed; they are ${lateEvents === 'sideOutput' ? 'kept aside' : 'dropped and counted'}`,
    `  state         under ${key}, ${buckets} ${buckets === 1 ? 'bucket' : 'buckets'}; at most ${pattern.maxPartialMatches.toLocaleString('en-US')} matches under way a key`,
    '',
  ];
}

const AFTER: Readonly<Record<Contiguity, string>> = {
  next: 'right after it',
  followedBy: 'then',
  followedByAny: 'then any',
};

function stepInWords(
  { name, isAbsent, contiguity, condition, times, isOptional, until }: PatternStep,
  index: number,
): string {
  const not = contiguity === 'next' ? 'and right after it not' : 'and no';
  const begins = index === 0 ? '' : `${isAbsent ? not : AFTER[contiguity]} `;
  const count = times.most === times.least ? `${times.least}` : `${times.least} to ${times.most ?? 'any number'}`;
  const several = count === '1' ? '' : `, ${count}${times.isGreedy ? ', as many as there are' : ''}`;
  const end = until === null ? '' : `, until ${conditionInWords(until)}`;
  return `${begins}${name}: ${conditionInWords(condition)}${several}${isOptional ? ', or none' : ''}${end}`;
}

function conditionInWords({ ofEvent, ofMatch }: StepCondition): string {
  const parts = [ofEvent, ofMatch].filter((node): node is ExpressionNode => node !== null);
  return parts.length === 0 ? 'any event' : parts.map((node) => describeExpression(node)).join(' and ');
}

function withinInWords({ within }: PatternDefinition): string {
  if (within === null) return 'any time';
  return `${formatDuration(within.limitMs)} from the first event, ${within.includesLimit ? 'that instant included' : 'that instant not included'}`;
}

function skipInWords({ skip }: PatternDefinition): string {
  switch (skip.kind) {
    case 'none':
      return 'begins anywhere';
    case 'pastLast':
      return 'begins after the last event of the one before';
    case 'toNext':
      return 'begins after the first event of the one before';
    case 'toFirst':
      return `begins at the first event of ${skip.step} of the one before`;
    case 'toLast':
      return `begins at the last event of ${skip.step} of the one before`;
  }
}
