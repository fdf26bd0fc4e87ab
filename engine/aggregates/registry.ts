import * as KINDS from '#kinds/aggregates';
import type { AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ValueType } from '../ir/node.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';

type SpecOf<Descriptor> = Descriptor extends AggregateDescriptor<infer Spec> ? Spec : never;

/** What a definition can say of an aggregate, of all kinds that there are. */
export type BuiltInSpec = SpecOf<(typeof KINDS)[keyof typeof KINDS]>;
export type AggregateKind = BuiltInSpec['kind'];

/** Every kind of aggregate, by its name. */
export const AGGREGATES: ReadonlyMap<string, AggregateDescriptor> = new Map(
  Object.values(KINDS).map((descriptor): [string, AggregateDescriptor] => [descriptor.kind, descriptor]),
);

export function descriptorOf({ kind }: AggregateSpec): AggregateDescriptor {
  const descriptor = AGGREGATES.get(kind);
  if (descriptor !== undefined) return descriptor;
  throw new DefinitionError(
    `There is no aggregate '${kind}' in engine/aggregates/kinds.ts. It has ${[...AGGREGATES.keys()].join(', ')}.`,
  );
}

/** The operator of an aggregate over values of a type; `argument` is null for events. */
export function operatorFor(spec: AggregateSpec, argument: ValueType | null): AggregateOperator {
  return descriptorOf(spec).operator(spec, argument?.kind ?? null);
}
