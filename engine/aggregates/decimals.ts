import { Expression, nodeOf } from '../dsl/build.ts';
import { callNode } from '../dsl/call-node.ts';
import type { Expr } from '../dsl/types.ts';
import { decimalUnitsFunction } from '../functions/decimal-units.ts';
import type { Scale } from '../ir/node.ts';
import { DecimalSum } from './decimal-sum.ts';
import { type Dyadic, nearestQuotient } from './dyadic.ts';
import type { AggregateOperator } from './operator.ts';

/** Of aggregates that add decimals up: how many digits these have behind the point. Not set: they are no decimals. */
export interface DecimalSpec {
  readonly scale?: Scale;
}

/** What an aggregate that adds up is given: of decimals of one scale their units, which are whole numbers. */
export function addedUp<E extends Expr<number | null> | undefined>(
  of: E,
  where: string,
): { readonly of: E } & DecimalSpec {
  if (!(of instanceof Expression)) return { of };
  const node = nodeOf(of, where);
  const { scale } = node.type;
  if (scale === undefined) return { of };
  if (scale === 'any') return { of, scale };
  return { of: new Expression(callNode(decimalUnitsFunction, [node], [scale])) as unknown as E, scale };
}

/** Only where there is one: the settings of other aggregates stay what they were. */
export function withScale<S extends object>(spec: S, scale: Scale | undefined): S & DecimalSpec {
  return scale === undefined ? spec : { ...spec, scale };
}

/** The double nearest to a sum of units divided by a count. */
export function decimalOf(units: Dyadic, scale: number, count = 1n): number | null {
  return nearestQuotient(units, 10n ** BigInt(scale) * count);
}

/** The sum of decimals of any scale. Of nothing: 0. */
export const decimalSumOperator: AggregateOperator<DecimalSum> = {
  create: () => new DecimalSum(),
  add(state, value) {
    state.add(value as number | bigint);
  },
  merge(into, from) {
    into.merge(from);
  },
  encode(state, out) {
    state.encode(out);
  },
  decode: (input) => DecimalSum.decode(input),
  result: (state) => state.dividedBy(1n),
};
