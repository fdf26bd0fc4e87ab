import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { GroupTable } from '../../../engine/codec/group-table.ts';
import { alignedRows } from '../../../engine/finalize/aligned-rows.ts';
import { TableRows } from '../../../engine/finalize/table-rows.ts';
import { ValueRows } from '../../../engine/finalize/value-rows.ts';
import { tableGroups } from '../../../engine/finalize/window-groups.ts';
import {
  anomaly,
  count,
  global,
  last,
  max,
  mean,
  pipeline,
  rate,
  session,
  stream,
  Timestamp,
  Type,
  topK,
  tumbling,
  view,
} from '../../../engine/index.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';
import type { NewRows } from '../../../engine/ports/new-rows.ts';

const visits = stream('visits', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const built = view('many', visits)
  .window(tumbling('1 minute'))
  .groupBy('page', 'n', 'at')
  .aggregate((e) => ({
    visits: count(),
    most: max(e.n),
    latest: max(e.at),
    middle: mean(e.n),
    rate: rate(e.n),
    page2: last(e.page),
    top: topK(e.page, 2),
  }));
const byPage = view('by_page', visits)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ long: last(e.page), visits: count() }));

const planOf = (definition: typeof built | typeof byPage): ViewPlan =>
  compilePipeline(pipelineDefinition(pipeline('p', [definition]), 'the test')).views[0] as ViewPlan;

const WINDOW = { startMs: 86_340_000, endMs: 86_400_000 };
const MODE = { epoch: 3, fresh: true, unfinishedEpoch: 0, expiresAtSeconds: (endMs: number) => endMs / 1000 + 1 };

/** A table of groups, each with some events. */
function tableOf(
  plan: ViewPlan,
  groups: readonly (readonly Value[])[],
  arguments_: readonly (Value | null)[],
): GroupTable {
  const table = new GroupTable(plan.definition.groupBy.length, plan.operators, [1, 2]);
  const out = new ByteWriter();
  for (let field = 0; field < plan.definition.groupBy.length; field++) {
    for (const values of groups) writeValue(out, values[field] ?? null);
  }
  plan.operators.forEach((operator, index) => {
    groups.forEach((_, group) => {
      const state = operator.create();
      const value = arguments_[index] ?? null;
      for (let n = 0; n <= group % 3; n++) if (value !== null) operator.add(state, value, WINDOW.startMs + n);
      operator.encode(state, out);
    });
  });
  table.merge(out.finish(), new ByteReader(out.finish()), groups.length);
  return table;
}

/** All that rows say and write. */
function toldBy(rows: NewRows): unknown {
  return Array.from({ length: rows.count }, (_, row) => {
    const out = new ByteWriter(1);
    const ends = [rows.writeGroupOrder, rows.writeGroup, rows.writeColumns].map((write) => {
      write.call(rows, row, out);
      return out.length;
    });
    const [start, end] = [rows.windowStartMs(row), rows.windowEndMs(row)];
    const bytes = Buffer.from(out.finish()).toString('latin1');
    return [rows.view, rows.epoch, start, end, rows.partial(row), rows.expiresAtSeconds(row), ends, bytes];
  });
}

function expectAlike(plan: ViewPlan, table: GroupTable): void {
  const rows = new TableRows({ view: plan, table, window: WINDOW, mode: MODE, isPartial: true });
  const members = [...tableGroups(table).inOrder(1000)].flat();
  const expected = new ValueRows(plan, alignedRows(plan, null, members, WINDOW), MODE, () => true);
  expect(toldBy(rows)).toEqual(toldBy(expected));
  expect(Array.from({ length: rows.count }, (_, row) => rows.rowAt(row).group.values)).toEqual(
    members.map(({ values }) => values),
  );
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }).filter((value) => value.isWellFormed()),
  fc.constantFrom('', 'a', 'a\0', 'a"', '\\', 'ü', '\x7f'),
);
const whole = fc.oneof(fc.integer(), fc.constantFrom(2n ** 60n, -(2n ** 60n)));
const time = fc.oneof(fc.integer({ min: 0, max: 2 ** 41 }), fc.constant(null));

test('rows of a table are those of its groups as objects, byte for byte', () => {
  const plan = planOf(built);
  const groups = fc.uniqueArray(fc.tuple(fc.oneof(text, fc.constant(null)), whole, time), {
    maxLength: 12,
    selector: (values) => values.map(String).join('|'),
  });
  const values = fc.tuple(fc.constant(true), fc.integer(), time, fc.integer(), fc.constant(true), text, text);
  fc.assert(
    fc.property(groups, values, (groups, values) => expectAlike(plan, tableOf(plan, groups, values))),
    { seed: 20260109, numRuns: 200 },
  );
});

test('a row that would be too long is cut as any other', () => {
  const plan = planOf(byPage);
  expectAlike(plan, tableOf(plan, [['b'], ['a']], ['é'.repeat(200_000), true]));
});

test('rows of other columns, other windows and other rows are not plain', () => {
  const base = view('v', visits)
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate(() => ({ n: count() }));
  const counted = (window: Parameters<ReturnType<typeof view>['window']>[0]) =>
    view('v', visits)
      .window(window)
      .groupBy('page')
      .aggregate(() => ({ n: count() }));
  const isPlain = (definition: unknown) => planOf(definition as typeof built).rows.plain !== null;
  expect(isPlain(base)).toBe(true);
  expect(isPlain(counted(session({ gap: '1 minute' }) as never))).toBe(true);
  expect(isPlain(counted(global({ emitEvery: '1 minute' }) as never))).toBe(false);
  expect(isPlain(base.derive((row) => ({ twice: row.n.mul(2) })))).toBe(false);
  expect(isPlain(base.derive((row) => ({ odd: anomaly(row.n) })))).toBe(false);
  expect(isPlain(base.having((row) => row.n.gt(1)))).toBe(false);
});
