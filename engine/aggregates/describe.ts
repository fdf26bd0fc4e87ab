import { describeExpression } from '../expression/describe.ts';
import type { AggregateDefinition } from '../ir/aggregate.ts';
import { descriptorOf } from './registry.ts';

/** An aggregate as a person writes it: `quantile(ms; 0.95, within 1 %) where ms > 1`. */
export function describeAggregate({ spec, argument, condition }: AggregateDefinition): string {
  const settings = descriptorOf(spec).settings(spec);
  const given = argument === null ? '' : describeExpression(argument);
  const where = condition === null ? '' : ` where ${describeExpression(condition)}`;
  return `${spec.kind}(${given}${settings === '' ? '' : `; ${settings}`})${where}`;
}
