import type { JoinRule } from '../ir/join-definition.ts';
import { asOfOperator } from './as-of-join.ts';
import { intervalOperator } from './interval-join.ts';
import type { LogOperator } from './log-operator.ts';

/** What makes the rows of a join. The compiler asks for each kind of `JoinRule`. */
export function logOperatorOf(rule: JoinRule): LogOperator {
  const make = MAKERS[rule.kind] as (rule: JoinRule) => LogOperator;
  return make(rule);
}

const MAKERS: { readonly [K in JoinRule['kind']]: (rule: Extract<JoinRule, { readonly kind: K }>) => unknown } = {
  interval: intervalOperator,
  asOf: asOfOperator,
};
