import { CodecError } from '../bytes/errors.ts';
import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import type { Condition } from '../dsl/types.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';

export interface AnySpec {
  readonly kind: 'any';
}

export interface EverySpec {
  readonly kind: 'every';
}

/** Whether a condition is true in one event at least. Events in which it is null are passed over. Of nothing: null. */
export function any(condition: Condition): Aggregate<boolean | null, null> {
  return aggregateColumn(anyAggregate, { kind: 'any' }, condition);
}

/** Whether a condition is true in each event. Events in which it is null are passed over. Of nothing: null. */
export function every(condition: Condition): Aggregate<boolean | null, null> {
  return aggregateColumn(everyAggregate, { kind: 'every' }, condition);
}

export const anyAggregate: AggregateDescriptor<AnySpec> = { kind: 'any', ...descriptor('bool_or', true) };
export const everyAggregate: AggregateDescriptor<EverySpec> = { kind: 'every', ...descriptor('bool_and', false) };

function descriptor(sql: string, decides: boolean): Omit<AggregateDescriptor<AnySpec | EverySpec>, 'kind'> {
  const operator = decidedBy(decides);
  return {
    takes: ['boolean'],
    takesEvents: false,
    ofNothing: () => null,
    typeOf: () => ({ kind: 'boolean', nullable: false }),
    needsWindowLength: false,
    operator: () => operator,
    settings: () => '',
    approximation: () => null,
    sql: (_, { value, filter }) => `${sql}(${value})${filter}`,
    largest: () => null,
    overRows: null,
    overWindows: {
      how: 'refuse',
      because: 'conditions of several windows are not put together: make a view of longer windows',
    },
  };
}

/** The conditions so far come to; null of none. */
export interface BooleanState {
  value: boolean | null;
}

/** One value decides, whatever the others are. */
function decidedBy(decides: boolean): AggregateOperator<BooleanState> {
  const take = (state: BooleanState, value: boolean | null) => {
    if (value === decides || state.value === null) state.value = value;
  };
  return {
    create: () => ({ value: null }),
    add: (state, value) => take(state, value as boolean),
    merge(into, from) {
      if (from.value !== null) take(into, from.value);
    },
    encode({ value }, out) {
      out.varint(value === null ? 0 : value ? 2 : 1);
    },
    decode(input) {
      const tag = input.varint();
      if (tag > 2)
        throw new CodecError(`A stored condition is ${tag}; it is 0 of nothing, 1 where false and 2 where true.`);
      return { value: tag === 0 ? null : tag === 2 };
    },
    result: ({ value }) => value,
  };
}
