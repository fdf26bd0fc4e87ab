import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { chartKind, drawnColumns, rankColumn } from '../../../dashboard/src/charts/kind.ts';

const column = (change: Partial<Column> = {}): Column => ({
  name: 'requests',
  type: 'integer',
  nullable: false,
  role: 'aggregate',
  made_by: 'count',
  combine: 'sum',
  unit: 'count',
  of: [],
  words: 'count()',
  ...change,
});
const view = (kind: string, ...group_by: readonly string[]) =>
  ({ window: { kind }, group_by, columns: [] }) as unknown as ViewDescription;
const mean = column({ made_by: 'mean', combine: null });

type Case = readonly [of: ViewDescription, by: Column, groups: number, kind: ReturnType<typeof chartKind>];

test.each<Case>([
  [view('tumbling'), column(), 1, 'line'],
  [view('tumbling', 'status'), column(), 6, 'stack'],
  [view('tumbling', 'status'), mean, 6, 'lines'],
  [view('tumbling', 'path'), column(), 400, 'top'],
  [view('tumbling', 'path'), mean, 400, 'lines'],
  [{ ...view('tumbling', 'path'), columns: [column()] }, mean, 400, 'top'],
  [view('tumbling'), column({ made_by: 'histogram', type: 'any' }), 1, 'heatMap'],
  [view('tumbling'), column({ made_by: 'quantile' }), 1, 'percentiles'],
  [view('tumbling'), column({ type: 'boolean', made_by: null }), 1, 'steps'],
  [view('session', 'ip'), column(), 9, 'timeline'],
  [view('global', 'ip'), column(), 9, 'top'],
])('the definition decides: case %#', (of, by, groups, kind) => {
  expect(chartKind(of, by, groups)).toBe(kind);
});

test('numbers, truths and histograms are drawn; objects and other lists are not', () => {
  const columns = [
    column(),
    column({ name: 'unusual', type: 'object' }),
    column({ name: 'sizes', type: 'any', made_by: 'histogram' }),
    column({ name: 'best', type: 'any', made_by: 'topK' }),
    column({ name: 'path', type: 'string', role: 'group' }),
    column({ name: 'up', type: 'boolean' }),
  ];
  expect(drawnColumns({ ...view('tumbling'), columns }).map(({ name }) => name)).toEqual(['requests', 'sizes', 'up']);
});

test('groups go by the column that is looked at, or by one that several windows give', () => {
  const distinct = column({ name: 'visitors', combine: null });
  const share = column({ name: 'share', combine: 'recompute' });
  const of = (...columns: readonly Column[]) => ({ ...view('tumbling', 'path'), columns: [...columns] });
  expect(rankColumn(of(column(), distinct), column())?.name).toBe('requests');
  expect(rankColumn(of(distinct, share, column()), distinct)?.name).toBe('requests');
  expect(rankColumn(of(distinct, share), distinct)?.name).toBe('share');
  expect(rankColumn(of(distinct, mean), mean)).toBeNull();
});
