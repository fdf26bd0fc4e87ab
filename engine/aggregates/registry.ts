import type { AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ValueType } from '../ir/node.ts';
import { anyAggregate, everyAggregate } from './any-every.ts';
import { approxCountDistinctAggregate } from './approx-count-distinct.ts';
import { argMaxAggregate, argMinAggregate } from './arg-extreme.ts';
import { correlationAggregate, covarianceAggregate, regressionSlopeAggregate } from './co-moments.ts';
import { collectAggregate } from './collect.ts';
import { countAggregate } from './count.ts';
import { countDistinctAggregate } from './count-distinct.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import { firstAggregate } from './first.ts';
import { histogramAggregate } from './histogram.ts';
import { lastAggregate } from './last.ts';
import { maxAggregate } from './max.ts';
import { meanAggregate } from './mean.ts';
import { minAggregate } from './min.ts';
import type { AggregateOperator } from './operator.ts';
import { quantileAggregate } from './quantile.ts';
import { rateAggregate } from './rate.ts';
import { stddevAggregate } from './stddev.ts';
import { sumAggregate } from './sum.ts';
import { topKAggregate } from './top-k.ts';
import { topNAggregate } from './top-n.ts';
import { varianceAggregate } from './variance.ts';

const BUILT_IN = [
  anyAggregate,
  approxCountDistinctAggregate,
  argMaxAggregate,
  argMinAggregate,
  collectAggregate,
  correlationAggregate,
  countAggregate,
  countDistinctAggregate,
  covarianceAggregate,
  everyAggregate,
  firstAggregate,
  histogramAggregate,
  lastAggregate,
  maxAggregate,
  meanAggregate,
  minAggregate,
  quantileAggregate,
  rateAggregate,
  regressionSlopeAggregate,
  stddevAggregate,
  sumAggregate,
  topKAggregate,
  topNAggregate,
  varianceAggregate,
] as const;

type SpecOf<Descriptor> = Descriptor extends AggregateDescriptor<infer Spec> ? Spec : never;

/** What a definition can say of an aggregate, of all kinds that there are. */
export type BuiltInSpec = SpecOf<(typeof BUILT_IN)[number]>;
export type AggregateKind = BuiltInSpec['kind'];

/** Every kind of aggregate, by its name. */
export const AGGREGATES: ReadonlyMap<string, AggregateDescriptor> = new Map(
  BUILT_IN.map((descriptor): [string, AggregateDescriptor] => [descriptor.kind, descriptor]),
);

export function descriptorOf({ kind }: AggregateSpec): AggregateDescriptor {
  const descriptor = AGGREGATES.get(kind);
  if (descriptor !== undefined) return descriptor;
  throw new DefinitionError(
    `There is no aggregate '${kind}' in engine/aggregates/registry.ts. It has ${[...AGGREGATES.keys()].join(', ')}.`,
  );
}

/** The operator of an aggregate over values of a type; `argument` is null for events. */
export function operatorFor(spec: AggregateSpec, argument: ValueType | null): AggregateOperator {
  return descriptorOf(spec).operator(spec, argument?.kind ?? null);
}
