import type { AggregateOperator } from '../aggregates/operator.ts';
import type { MergeableCodec } from '../bytes/state-codec.ts';
import type { Group, Groups } from './group.ts';

/** Adds all groups of `from` to `into`. `from` does not change, and the two share nothing afterwards. */
export function mergeGroups(into: Groups, from: Groups, operators: readonly AggregateOperator[]): void {
  for (const [key, group] of from) {
    const known = into.get(key);
    if (known === undefined) into.set(key, copyGroup(group, operators));
    else mergeStates(known, group, operators);
  }
}

/** Adds what `from` holds to `into`. */
export function mergeStates(into: Group, from: Group, states: readonly MergeableCodec[]): void {
  for (let index = 0; index < states.length; index++) {
    (states[index] as MergeableCodec).merge(into.states[index], from.states[index]);
  }
}

export function copyGroup(group: Group, operators: readonly AggregateOperator[]): Group {
  const copy: Group = { values: group.values, states: [] };
  for (const operator of operators) copy.states.push(operator.create());
  mergeStates(copy, group, operators);
  return copy;
}
