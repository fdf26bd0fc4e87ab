import { asOfJoin, count, intervalJoin, pattern, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { ASSUMED } from '../../cost/assumed.ts';
import { SECONDS_PER_MONTH } from '../../cost/input.ts';
import { along } from '../../cost/interpolate.ts';
import { logKindOf, logsOf } from '../../cost/logs.ts';
import { MEASURED } from '../../cost/measured.ts';
import { stateUnits } from '../../cost/state.ts';
import { rowsOf, trafficOf } from '../../cost/traffic.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { clicks, cost, inputOf, itemOf } from './support.ts';

const left = clicks();
const right = stream('orders', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const on = { page: 'page' } as const;
const interval = (type: 'inner' | 'left' | 'right' | 'full') =>
  intervalJoin('pairs', left, right, { type, on, between: ['0 minutes', '1 minute'] });
const asOf = asOfJoin('preceded', right, left, { on });
const twice = pattern('twice', left, { partitionBy: 'page' })
  .begin('first')
  .followedBy('second')
  .within('1 minute')
  .select(({ first }) => ({ at: first.time }));

// biome-ignore lint/suspicious/noExplicitAny: sources of several types
const above = (name: string, source: any) =>
  view(name, source)
    .window(tumbling('5 minutes'))
    .aggregate(() => ({ rows: count() }));
const definitionOf = (...views: unknown[]) => pipelineDefinition(pipeline('shop', views as never), 'the test');
const logOf = (source: unknown) =>
  logsOf(definitionOf(above('v', source)))[0] as NonNullable<ReturnType<typeof logsOf>[0]>;

test('a join or pattern is counted once, however many views take its rows, and also below views of views', () => {
  const first = above('first', asOf);
  const pairs = interval('left');
  const logs = logsOf(definitionOf(first, above('second', first), above('third', pairs), above('fourth', pairs)));
  expect(logs.map(({ name }) => name)).toEqual(['preceded', 'pairs']);
  expect(logsOf(definitionOf(above('plain', left)))).toEqual([]);
});

test.each([
  ['an interval join', interval('left'), 'interval'],
  ['an as-of join', asOf, 'asOf'],
  ['a pattern', twice, 'pattern'],
])('%s costs what was measured of one', (_name, source, kind) => {
  expect(logKindOf(logOf(source))).toBe(kind);
});

test.each([
  ['inner', 1 / 2],
  ['left', 1 / 2],
  ['right', 1],
  ['full', 1],
] as const)('a %s join of two streams has a row for each event that counts by itself', (type, share) => {
  const source = interval(type);
  const input = inputOf({ pipeline: definitionOf(above('v', source)) });
  expect(rowsOf(logOf(source), input).rows).toBeCloseTo(share * 1000 * SECONDS_PER_MONTH, 3);
});

test('a pattern has a match for each 300 events, and a view of it no more groups than matches', () => {
  const matches = view('v', twice)
    .window(tumbling('1 second'))
    .groupBy('page')
    .aggregate(() => ({ rows: count() }));
  const input = inputOf({ pipeline: definitionOf(matches), eventsPerSecond: 600 });
  const [definition] = input.pipeline.views;
  expect(ASSUMED.matchShare).toBe(1 / 300);
  expect(definition && rowsOf(definition, input).rows).toBeCloseTo(2 * SECONDS_PER_MONTH, 3);
});

test('what a log writes is that of each commit of its streams and of each round, between what was measured', () => {
  const input = inputOf({ pipeline: definitionOf(above('v', asOf)) }, { shards: 1 });
  const traffic = trafficOf(input);
  // One shard a stream: 500 events a second, which it commits every 5 seconds, as long as a pane is.
  expect(traffic).toMatchObject({ commitsPerSecond: 2 / 5, eventsPerCommit: 2500 });
  const commits = (2 / 5) * SECONDS_PER_MONTH;
  const { events, kinds } = MEASURED.logs;
  const at = (values: readonly number[]) => along(events, values, 2500);
  const { commit, round } = kinds.asOf;
  const ofLog = commits * at(commit.writeUnits) + (commits / 2) * at(round.writeUnits);
  const plain = stateUnits({ ...input, pipeline: definitionOf(above('v', left), above('w', right)) }, traffic);
  const all = definitionOf(above('v', left), above('w', right), above('x', asOf));
  const joined = stateUnits({ ...input, pipeline: all }, traffic);
  // Beside the log, the view above it: of so many rows each round of the log, in a commit without a checkpoint.
  const view = stateUnits(input, traffic).writeUnits - 2 * commits - ofLog;
  expect(view).toBeGreaterThan(0);
  expect(joined.writeUnits - plain.writeUnits).toBeCloseTo(ofLog + view, 3);
  expect(joined.puts - plain.puts).toBeGreaterThanOrEqual(commits * at(commit.puts) + (commits / 2) * at(round.puts));
});

test('a bill with a join is larger than one without', () => {
  const [plain, joined] = [
    cost({ pipeline: definitionOf(above('v', left), above('w', right)) }),
    cost({ pipeline: definitionOf(above('v', left), above('w', right), above('x', interval('left'))) }),
  ];
  expect(joined.dollarsPerMonth).toBeGreaterThan(plain.dollarsPerMonth);
  expect(itemOf(joined, 'DynamoDB', 'state written')?.quantity).toBeGreaterThan(
    1.5 * (itemOf(plain, 'DynamoDB', 'state written')?.quantity ?? Number.NaN),
  );
});

test('without events a join writes nothing', () => {
  const input = inputOf({ pipeline: definitionOf(above('v', asOf)), eventsPerSecond: 0 });
  expect(stateUnits(input, trafficOf(input)).writeUnits).toBe(0);
});
