import { formatDuration } from '../ir/duration.ts';
import type { Outcome } from './automaton.ts';
import type { CompiledPattern, CompiledStep } from './compiled-pattern.ts';
import { END } from './partial-match.ts';

/**
 * A match in words, made of the names of its steps.
 *
 * @example '5 × failure, then success, within 90 seconds'; 'paid, and no confirmed within 5 minutes'
 */
export function reasonOf({ steps, definition }: CompiledPattern, { kind, last, timeMs }: Outcome): string {
  const taken = [...last.steps()].reverse().map(({ step, count }) => counted(nameOf(steps, step), count));
  const events = taken.join(', then ');
  const { within } = definition;
  const limit = within === null ? '' : ` within ${formatDuration(within.limitMs)}`;
  const { edges } = steps[last.step] as CompiledStep;
  if (kind === 'timeout') {
    const awaited = edges.filter(({ bit }) => (last.waits & bit) !== 0).map(({ target }) => nameOf(steps, target ?? 0));
    return `${events}, and no ${awaited.join(' or ')}${limit}`;
  }
  if ((last.waits & END) !== 0) return `${events}, and no ${absentAfter(steps, last.step).join(' or ')}${limit}`;
  const lastedMs = timeMs - last.start.row.timeMs;
  return lastedMs === 0 ? events : `${events}, within ${formatDuration(lastedMs)}`;
}

function absentAfter(steps: readonly CompiledStep[], index: number): string[] {
  return steps
    .filter((step) => step.index > index && step.definition.isAbsent)
    .map(({ definition }) => definition.name);
}

function counted(name: string, count: number): string {
  return count === 1 ? name : `${count} × ${name}`;
}

function nameOf(steps: readonly CompiledStep[], index: number): string {
  return (steps[index] as CompiledStep).definition.name;
}
