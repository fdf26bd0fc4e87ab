import type { AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { JsonValue, ValueKind, ValueType } from '../ir/node.ts';

/** What a definition asks of a kind of aggregate. A descriptor in `engine/aggregates` is this, and all the rest. */
export interface ColumnKind<Spec extends AggregateSpec = AggregateSpec> {
  /** Its name, in definitions and in words. */
  readonly kind: Spec['kind'];
  /** The kinds of values that it takes. */
  readonly takes: readonly ValueKind[];
  /** Whether it can do without an expression. Each event then counts as true. */
  readonly takesEvents: boolean;
  /** What the column is where no value came. */
  ofNothing(spec: Spec): JsonValue;
  /** The column's type where values came: nullable if it can be null even so. Of events, `argument` is a boolean. */
  typeOf(spec: Spec, argument: ValueType): ValueType;
  /** Null where it cannot go over a group's rows, with `.over({ windows })`. */
  readonly overRows: object | null;
  /** Whether it divides by the window's length, which a global window does not have. */
  readonly needsWindowLength: boolean;
}

export const NUMBERS: readonly ValueKind[] = ['number'];
/** What has an order. */
export const ORDERED: readonly ValueKind[] = ['number', 'string', 'instant'];
/** What can be told apart. */
export const SCALARS: readonly ValueKind[] = ['number', 'string', 'boolean', 'instant'];

const EVENT: ValueType = { kind: 'boolean', nullable: false };

/** Refuses an argument of a kind that the aggregate does not take. Null stands for events. */
export function checkArgument({ kind, takes, takesEvents }: ColumnKind, argument: ValueType | null): void {
  if (argument === null ? takesEvents : takes.includes(argument.kind)) return;
  const given = argument === null ? 'no expression' : `a ${argument.kind}`;
  throw new DefinitionError(`${kind}(…) was given ${given}, and needs a ${inWords(takes)}.`);
}

/** The type of a column, which can be of nothing where a value can be null or a condition false. */
export function columnType<Spec extends AggregateSpec>(
  kind: ColumnKind<Spec>,
  spec: Spec,
  argument: ValueType | null,
  canBeOfNothing: boolean,
): ValueType {
  const type = kind.typeOf(spec, argument ?? EVENT);
  const ofNothing = canBeOfNothing || argument?.nullable === true;
  return { ...type, nullable: type.nullable || (ofNothing && kind.ofNothing(spec) === null) };
}

function inWords(kinds: readonly ValueKind[]): string {
  const words = kinds.map((kind) => (kind === 'string' ? 'text' : kind));
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
