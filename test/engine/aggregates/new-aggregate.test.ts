import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import {
  type Aggregate,
  count,
  DefinitionError,
  type Expr,
  mean,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import { describeAggregate } from '../../../engine/aggregates/describe.ts';
import type { AggregateDescriptor } from '../../../engine/aggregates/descriptor.ts';
import type { AggregateOperator } from '../../../engine/aggregates/operator.ts';
import { AGGREGATES } from '../../../engine/aggregates/registry.ts';
import { rowShape } from '../../../engine/ir/view-definition.ts';
import { athena } from '../../../engine/sql/athena.ts';
import { viewStatement } from '../../../engine/sql/view-statement.ts';
import { differences } from '../../oracle/compare.ts';
import { openDuckdb } from '../../oracle/duckdb.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from '../../oracle/run.ts';
import { docBlocks, standalone } from '../../support/doc-blocks.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { type Entry, obeysTheLaws, stateOf, throughBytes, withTimes } from './laws.ts';

/** The worked example of docs/architecture.md: an aggregate of one file, and of nothing but a line in the registry. */
interface RangeFile {
  readonly rangeAggregate: AggregateDescriptor;
  readonly rangeOperator: AggregateOperator;
  range(of: Expr<number | null>): Aggregate<number | null, null>;
}

const FILE = 'engine/aggregates/range.ts';
const ROOT = resolve(__dirname, '../../..');
mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
const dir = mkdtempSync(join(ROOT, '.streamgauge', 'new-aggregate-'));
const block = docBlocks('docs/architecture.md').find(({ file }) => file === FILE);
if (block === undefined) throw new Error(`docs/architecture.md has no block that is ${FILE}.`);
writeFileSync(join(dir, 'range.ts'), standalone(block));
const { range, rangeAggregate, rangeOperator }: RangeFile = require(join(dir, 'range.ts'));

beforeAll(() => {
  (AGGREGATES as Map<string, AggregateDescriptor>).set(rangeAggregate.kind, rangeAggregate);
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('its operator', () => {
  const numbers = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 })));
  obeysTheLaws({
    operator: rangeOperator,
    entries: withTimes(numbers),
    expected(entries: readonly Entry[]) {
      if (entries.length === 0) return null;
      const sorted = entries.map(({ value }) => value as number).sort((a, b) => a - b);
      return (sorted.at(-1) as number) - (sorted[0] as number);
    },
  });

  test('gives null where the difference is beyond the range of doubles', () => {
    const state = stateOf(
      rangeOperator,
      [1e308, -1e308].map((value) => ({ value, timeMs: 0 })),
    );
    expect(rangeOperator.result(throughBytes(rangeOperator, state))).toBeNull();
  });
});

const trips = stream('trips', {
  schema: Type.Object({
    city: Type.String(),
    km: Type.Number(),
    stops: Type.Optional(Type.Integer()),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'city',
  maxLateness: '1 minute',
});

const byCity = view('by_city', trips)
  .window(tumbling('5 minutes'))
  .groupBy('city')
  .aggregate((e) => ({
    trips: count(),
    km: range(e.km),
    stops: range(e.stops),
    far: range(e.km).where(e.km.gt(50)),
  }))
  .derive((row) => ({
    usual: mean(row.km).over({ windows: 3 }),
    swing: range(row.km).over({ windows: 3 }),
    share: row.km.div(range(row.km).over({ windows: 2 })),
  }));

describe('in a view', () => {
  test('a column has its type, and is null where no value passed', () => {
    const { fields } = rowShape(definitionOf(byCity));
    const typeOf = (name: string) => (fields.get(name) as { type?: unknown } | undefined)?.type;
    expect(typeOf('km')).toEqual({ kind: 'number', nullable: false });
    expect(typeOf('stops')).toEqual({ kind: 'number', nullable: true, integer: true });
    expect(typeOf('far')).toEqual({ kind: 'number', nullable: true });
    expect(typeOf('swing')).toEqual({ kind: 'number', nullable: true });
  });

  test('an expression of another kind is refused', () => {
    const define = () =>
      view('wrong', trips)
        .window(tumbling('5 minutes'))
        .aggregate((e) => ({ x: range(e.city as never) }));
    expect(define).toThrow(DefinitionError);
    expect(define).toThrow('range(…) was given a string, and needs a number.');
  });

  test('it is described', () => {
    const words = definitionOf(byCity).aggregates.map(({ column }) => describeAggregate(column));
    expect(words).toEqual(['count()', 'range(km)', 'range(stops)', 'range(km) where km > 50']);
  });

  test('Athena says it as well', () => {
    const sql = viewStatement(definitionOf(byCity), { dialect: athena, source: () => 'trips' });
    expect(sql).toContain('max("km") FILTER (WHERE "km" > 50) - min("km") FILTER (WHERE "km" > 50) AS "far"');
    expect(sql).toContain('"km" / NULLIF((max("km") OVER (');
  });

  test('its rows are those of its SQL, whatever the shards and batches', async () => {
    const exported = pipeline('travel', [byCity]);
    const input = join(dir, 'trips.jsonl');
    writeFileSync(input, trip().join('\n'));
    const runs = [];
    for (const [shards, batch] of [
      [1, 1000],
      [1, 1],
      [3, 7],
    ] as const) {
      runs.push(await runEngine(exported, [input], { outDir: dir, shards, batch }));
    }
    const [first] = runs;
    for (const { files } of runs) expect(files).toEqual(first?.files);
    const database = await openDuckdb();
    try {
      for (const definition of viewsOf(exported)) {
        const expected = await oracleRows(database, definition, [input]);
        const rows = first === undefined ? [] : rowsOf(first, definition);
        expect(rows).toHaveLength(6 * 3);
        expect(rows.some(({ far }) => far === null) && rows.some(({ far }) => far !== null)).toBe(true);
        expect(differences(definition, rows, expected)).toEqual([]);
      }
    } finally {
      await database.close();
    }
  });
});

/** Trips of half an hour in three cities, each number a fixed function of its place in the list. */
function trip(): string[] {
  return Array.from({ length: 200 }, (_, i) =>
    JSON.stringify({
      city: ['Bonn', 'Ulm', 'Jena'][(i * 7) % 3],
      km: ((i * 37) % 101) / 2 + (i % 11 === 0 ? 40 : 0),
      ...(i % 4 !== 0 && { stops: (i * 13) % 17 }),
      at: Date.parse('2026-03-01T12:00:00Z') + i * 9000,
    }),
  );
}
