import fc from 'fast-check';
import type { BuiltInSpec } from '../../../engine/aggregates/registry.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { changeKind } from '../../../engine/row-operators/change.ts';
import { rollingKind } from '../../../engine/row-operators/rolling.ts';
import type { Operand, RowOperator } from '../../../engine/row-operators/row-operator.ts';

const NUMBER = { kind: 'number', nullable: true } as const;
const WINDOW = { startMs: 0, endMs: 60_000 };

/** What a group has window by window: a number or null in a row, or no row. */
type Windows = readonly (number | null | 'no row')[];

/** Small numbers come back, so that there are no changes and none to divide by; large ones leave the range of doubles. */
const numbers = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1e308, -1e308, 2 ** 53, 5e-324),
);
const groups: fc.Arbitrary<Windows> = fc.array(
  fc.oneof({ weight: 3, arbitrary: numbers }, fc.constant(null), fc.constant('no row' as const)),
  { maxLength: 40 },
);

const SPECS: readonly BuiltInSpec[] = [
  { kind: 'sum' },
  { kind: 'mean' },
  { kind: 'min' },
  { kind: 'max' },
  { kind: 'variance', of: 'sample' },
  { kind: 'stddev', of: 'population' },
];

interface Case {
  readonly name: string;
  readonly make: (windows: number) => RowOperator;
  readonly naive: (windows: number, seen: Windows) => unknown;
}

const CASES: readonly Case[] = [
  ...SPECS.map(
    (spec): Case => ({
      name: `rolling ${spec.kind}`,
      make: (windows) => rollingKind.compile({ aggregate: spec, windows: windows + 1 }, [NUMBER], 60_000),
      // The aggregates have references of their own: here it is which rows they go over.
      naive: (windows, seen) => {
        const rows = seen.filter((one) => one !== 'no row').slice(-(windows + 1));
        const alone = rollingKind.compile({ aggregate: spec, windows: 500 }, [NUMBER], 60_000);
        const state = alone.create();
        return rows.map((row) => alone.step(state, [row], WINDOW)).at(-1);
      },
    }),
  ),
  {
    name: 'change',
    make: (windows) => changeKind.compile({ windows }, [NUMBER], 60_000),
    naive: (windows, seen) => {
      const now = seen.at(-1);
      const before = seen.at(-1 - windows);
      const from = typeof before === 'number' ? before + 0 : null;
      const finite = (x: number) => (Number.isFinite(x) ? x + 0 : null);
      const absolute = typeof now === 'number' && from !== null ? finite(now - from) : null;
      const share = absolute === null || from === null || from === 0 ? null : finite(absolute / Math.abs(from));
      return { absolute, percent: share === null ? null : finite(share * 100), from };
    },
  },
];

function bytesOf(operator: RowOperator, state: unknown): Uint8Array {
  const out = new ByteWriter(64);
  operator.encode(state, out);
  return out.finish();
}

function decoded(operator: RowOperator, bytes: Uint8Array): unknown {
  const input = new ByteReader(bytes);
  const state = operator.decode(input);
  input.end();
  return state;
}

/** The columns of all rows. `breaks` says after how many windows the state is stored and read again. */
function columnsOf(operator: RowOperator, group: Windows, breaks: number, gap: number): unknown[] {
  let state = operator.create();
  const columns: unknown[] = [];
  let missed = 0;
  const skip = () => {
    for (; missed > 0; missed -= Math.min(gap, missed)) operator.skip(state, Math.min(gap, missed));
  };
  for (const [index, one] of group.entries()) {
    if (one === 'no row') missed++;
    else {
      skip();
      columns.push(operator.step(state, [one as Operand], WINDOW));
    }
    if (index % breaks === breaks - 1) state = decoded(operator, bytesOf(operator, state));
    expect(bytesOf(operator, state).length).toBeLessThanOrEqual(operator.maxStateBytes);
  }
  return columns;
}

describe.each(CASES)('$name', ({ make, naive }) => {
  test('is what its reference makes of all rows so far, however often its state is stored', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), (group, windows, breaks) => {
        const expected = group.flatMap((one, index) =>
          one === 'no row' ? [] : [naive(windows, group.slice(0, index + 1))],
        );
        expect(columnsOf(make(windows), group, breaks, 1000)).toEqual(expected);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('takes windows without a row in any number at once', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 6 }), (group, windows) => {
        expect(columnsOf(make(windows), group, 100, 1)).toEqual(columnsOf(make(windows), group, 100, 1000));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('does not look ahead: a group that is cut short has the same columns up to there', () => {
    fc.assert(
      fc.property(groups, fc.nat(40), (group, length) => {
        const columns = columnsOf(make(3), group, 100, 1000);
        const cut = columnsOf(make(3), group.slice(0, length), 100, 1000);
        expect(columns.slice(0, cut.length)).toEqual(cut);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('keeps no more of the largest numbers than it says', () => {
    const operator = make(400);
    const state = operator.create();
    for (let i = 0; i < 1000; i++) operator.step(state, [i % 2 === 0 ? 2 ** 52 - 1 : Math.PI], WINDOW);
    expect(bytesOf(operator, state).length).toBeLessThanOrEqual(operator.maxStateBytes);
  });

  test('refuses stored bytes that hold more than it keeps, or what is no number', () => {
    const wide = make(9);
    const state = wide.create();
    for (let i = 0; i < 20; i++) wide.step(state, [i], WINDOW);
    expect(() => decoded(make(3), bytesOf(wide, state))).toThrow(CodecError);
    const text = new ByteWriter(8);
    text.varint(1);
    text.byte(5);
    text.text('x');
    expect(() => decoded(wide, text.finish())).toThrow('holds a string in place of a number');
  });
});

test('a change is of the window so many before, not of the row', () => {
  const operator = changeKind.compile({ windows: 2 }, [NUMBER], 60_000);
  const state = operator.create();
  const none = { absolute: null, percent: null, from: null };
  expect(operator.step(state, [10], WINDOW)).toEqual(none);
  expect(operator.step(state, [40], WINDOW)).toEqual(none);
  expect(operator.step(state, [15], WINDOW)).toEqual({ absolute: 5, percent: 50, from: 10 });
  operator.skip(state, 1);
  expect(operator.step(state, [0], WINDOW)).toEqual({ absolute: -15, percent: -100, from: 15 });
  expect(operator.step(state, [7], WINDOW)).toEqual(none);
  expect(operator.step(state, [-3], WINDOW)).toEqual({ absolute: -3, percent: null, from: 0 });
  operator.skip(state, 999);
  expect(operator.step(state, [1], WINDOW)).toEqual(none);
});

test('the percent of a change has its sign, whatever the sign of the number before', () => {
  const operator = changeKind.compile({ windows: 1 }, [NUMBER], 60_000);
  const state = operator.create();
  operator.step(state, [-10], WINDOW);
  expect(operator.step(state, [-5], WINDOW)).toEqual({ absolute: 5, percent: 50, from: -10 });
});
