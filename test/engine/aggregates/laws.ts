import fc from 'fast-check';
import type { AggregateOperator } from '../../../engine/aggregates/operator.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import type { ColumnValue, Value } from '../../../engine/ir/node.ts';
import { casesOf } from '../../support/random-cases.ts';

export interface Entry {
  readonly value: NonNullable<Value>;
  readonly timeMs: number;
}

export interface Laws<State> {
  readonly operator: AggregateOperator<State>;
  readonly entries: fc.Arbitrary<Entry[]>;
  /** The column by a naive computation over all entries. */
  readonly expected: (entries: readonly Entry[]) => ColumnValue;
}

const SEED = 19530601;

/** Values with times that are equal often. */
export function withTimes<T extends NonNullable<Value>>(values: fc.Arbitrary<T[]>): fc.Arbitrary<Entry[]> {
  return values.chain((list) =>
    fc
      .array(fc.integer({ min: -2, max: 2 }), { minLength: list.length, maxLength: list.length })
      .map((times) => list.map((value, i) => ({ value, timeMs: 1_431_857_100_000 + (times[i] as number) }))),
  );
}

export function stateOf<State>(operator: AggregateOperator<State>, entries: readonly Entry[]): State {
  const state = operator.create();
  for (const { value, timeMs } of entries) operator.add(state, value, timeMs);
  return state;
}

export function encoded<State>(operator: AggregateOperator<State>, state: State): Uint8Array {
  const out = new ByteWriter(16);
  operator.encode(state, out);
  return out.finish().slice();
}

export function throughBytes<State>(operator: AggregateOperator<State>, state: State): State {
  const input = new ByteReader(encoded(operator, state));
  const decoded = operator.decode(input);
  input.end();
  return decoded;
}

/** What every operator promises (`engine/aggregates/operator.ts`), as tests. */
export function obeysTheLaws<State>({ operator, entries, expected }: Laws<State>): void {
  const check = (property: fc.IRawProperty<unknown>, numRuns = 300) =>
    fc.assert(property, { seed: SEED, numRuns: casesOf(numRuns) });

  test('gives what a naive computation gives', () => {
    check(
      fc.property(entries, (list) => {
        expect(operator.result(stateOf(operator, list))).toStrictEqual(expected(list));
      }),
      1000,
    );
  });

  test('gives the same to the last bit for any shuffle, split, order of merging and storing in between', () => {
    check(
      fc.property(entries, fc.infiniteStream(fc.nat()), (list, randoms) => {
        const merged = operator.result(splitAndMerge(operator, list, randoms));
        expect(merged).toStrictEqual(operator.result(stateOf(operator, list)));
      }),
      1000,
    );
  });

  test('merges associatively and commutatively', () => {
    check(
      fc.property(entries, entries, entries, (x, y, z) => {
        const merged = (into: State, ...others: State[]) => {
          for (const from of others) operator.merge(into, from);
          return into;
        };
        const of = (list: readonly Entry[]) => stateOf(operator, list);
        const left = operator.result(merged(merged(of(x), of(y)), of(z)));
        expect(operator.result(merged(of(x), merged(of(y), of(z))))).toStrictEqual(left);
        expect(operator.result(merged(of(z), of(x), of(y)))).toStrictEqual(left);
        expect(operator.result(merged(operator.create(), of(x)))).toStrictEqual(operator.result(of(x)));
        expect(operator.result(merged(of(x), operator.create()))).toStrictEqual(operator.result(of(x)));
      }),
    );
  });

  test('a merged state stays as it was, also when the other one goes on', () => {
    check(
      fc.property(entries, entries, entries, (x, y, more) => {
        const [into, from] = [stateOf(operator, x), stateOf(operator, y)];
        const before = encoded(operator, from);
        operator.merge(into, from);
        for (const { value, timeMs } of more) operator.add(into, value, timeMs);
        expect(encoded(operator, from)).toEqual(before);
        const result = operator.result(into);
        for (const { value, timeMs } of more) operator.add(from, value, timeMs);
        expect(operator.result(into)).toStrictEqual(result);
      }),
    );
  });

  test('a stored state reads back to the same result and the same bytes, and goes on as if it had not been stored', () => {
    check(
      fc.property(entries, entries, (list, more) => {
        const state = stateOf(operator, list);
        const back = throughBytes(operator, state);
        expect(operator.result(back)).toStrictEqual(operator.result(state));
        expect(encoded(operator, back)).toEqual(encoded(operator, state));
        for (const { value, timeMs } of more) operator.add(back, value, timeMs);
        expect(operator.result(back)).toStrictEqual(operator.result(stateOf(operator, [...list, ...more])));
      }),
    );
  });

  test('bytes that are cut short are refused', () => {
    check(
      fc.property(entries, fc.nat(), (list, cut) => {
        const bytes = encoded(operator, stateOf(operator, list));
        expect(() => operator.decode(new ByteReader(bytes.subarray(0, cut % bytes.length)))).toThrow(CodecError);
      }),
    );
  });

  test('bytes that went bad are refused or read as some state, and nothing else is thrown', () => {
    check(
      fc.property(
        entries,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (list, changes) => {
          const bytes = encoded(operator, stateOf(operator, list));
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          expectStateOrRefusal(operator, bytes);
        },
      ),
      1000,
    );
    check(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => expectStateOrRefusal(operator, bytes)),
      1000,
    );
  });
}

function expectStateOrRefusal<State>(operator: AggregateOperator<State>, bytes: Uint8Array): void {
  try {
    const state = operator.decode(new ByteReader(bytes));
    const result = operator.result(state);
    expect(Number.isNaN(result)).toBe(false);
    expect(operator.result(throughBytes(operator, state))).toStrictEqual(result);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
}

/** Deals the entries out to states in a shuffled order, then merges and stores the states at random. */
export function splitAndMerge<State>(
  operator: AggregateOperator<State>,
  entries: readonly Entry[],
  randoms: Iterator<number>,
): State {
  const below = (limit: number): number => (randoms.next().value as number) % limit;
  const states = Array.from({ length: 1 + below(4) }, () => operator.create());
  const left = [...entries];
  while (left.length > 0) {
    const [entry] = left.splice(below(left.length), 1) as [Entry];
    operator.add(states[below(states.length)] as State, entry.value, entry.timeMs);
  }
  while (states.length > 1) {
    const [from] = states.splice(below(states.length), 1) as [State];
    const at = below(states.length);
    const into = states[at] as State;
    operator.merge(into, below(2) === 0 ? from : throughBytes(operator, from));
    if (below(2) === 0) states[at] = throughBytes(operator, into);
  }
  return states[0] as State;
}
