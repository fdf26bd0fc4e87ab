import type { JoinRule } from '../ir/join-definition.ts';
import { asOfOperator } from './as-of-join.ts';
import { intervalOperator } from './interval-join.ts';
import type { LogLimit } from './limits.ts';
import type { LogOperator } from './log-operator.ts';

/** What makes the rows of a join. The compiler asks for each kind of `JoinRule`. */
export function logOperatorOf(rule: JoinRule, limit: LogLimit): LogOperator {
  const make = MAKERS[rule.kind] as (rule: JoinRule, limit: LogLimit) => LogOperator;
  return make(rule, limit);
}

const MAKERS: {
  readonly [K in JoinRule['kind']]: (rule: Extract<JoinRule, { readonly kind: K }>, limit: LogLimit) => unknown;
} = {
  interval: intervalOperator,
  asOf: asOfOperator,
};
