import { count, global, pipeline, view } from 'streamgauge';
import { type CostInput, SECONDS_PER_MONTH } from '../../cost/input.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { clicks, cost, dollarsOf, itemOf, packedIn, pipelineOf } from './support.ts';

test('Kinesis on demand is paid by the hour, by each kilobyte begun of a record, and by what is read', () => {
  const found = cost();
  const events = 1000 * SECONDS_PER_MONTH;
  expect(dollarsOf(found, 'streams')).toBeCloseTo(730 * 0.04, 6);
  expect(dollarsOf(found, 'written, by 1 KB')).toBeCloseTo((events / 1024 ** 2) * 0.08, 6);
  expect(dollarsOf(found, 'read')).toBeCloseTo(((events * 230) / 1024 ** 3) * 0.04, 6);
  expect(dollarsOf(found, 'read by fan-out')).toBeUndefined();
});

test('packing events in records makes writing cheaper by what rounding up took', () => {
  const [plain, packed] = [cost(), cost({ packing: packedIn(25_000) })];
  // 108 events with their line breaks are 24,948 bytes, which are 25 KB begun.
  expect(packed.traffic).toMatchObject({ recordBytes: 108 * 231, recordsPerSecond: 1000 / 108 });
  expect(
    (dollarsOf(packed, 'written, by 1 KB') as number) / (dollarsOf(plain, 'written, by 1 KB') as number),
  ).toBeCloseTo(25 / 108, 6);
});

test('provisioned shards are paid by the hour, twice for more than a day, and records by 25 KB', () => {
  const found = cost({ packing: packedIn(25_600) }, { shards: 2 });
  expect(dollarsOf(found, 'shards')).toBeCloseTo(2 * 730 * 0.015, 6);
  expect(dollarsOf(found, 'kept beyond 24 hours')).toBeCloseTo(2 * 730 * 0.02, 6);
  expect(dollarsOf(found, 'records put')).toBeCloseTo(
    (found.traffic.recordsPerSecond * SECONDS_PER_MONTH * 0.014) / 1e6,
    6,
  );
  expect(dollarsOf(found, 'streams')).toBeUndefined();
});

test('records that are kept for more than a week are paid by their bytes, in either mode', () => {
  const dayGb = (1000 * 86_400 * 230) / 1024 ** 3;
  for (const shards of [null, 2]) {
    const found = cost({}, { shards, retentionDays: 30 });
    expect(dollarsOf(found, 'kept beyond a week')).toBeCloseTo(23 * dayGb * 0.023, 6);
    expect(dollarsOf(cost({}, { shards }), 'kept beyond a week')).toBeUndefined();
  }
  expect(dollarsOf(cost({}, { retentionDays: 30 }), 'kept beyond 24 hours')).toBeCloseTo(6 * dayGb * 0.1, 6);
  expect(dollarsOf(cost({}, { retentionDays: 2 }), 'kept beyond 24 hours')).toBeCloseTo(dayGb * 0.1, 6);
});

test('fan-out takes the place of reading, on demand and with shards', () => {
  const onDemand = cost({}, { fanOut: true });
  expect(dollarsOf(onDemand, 'read')).toBeUndefined();
  expect(dollarsOf(onDemand, 'read by fan-out')).toBeCloseTo(((1000 * SECONDS_PER_MONTH * 230) / 1024 ** 3) * 0.05, 6);
  const provisioned = cost({}, { fanOut: true, shards: 3 });
  expect(dollarsOf(provisioned, 'fan-out consumers')).toBeCloseTo(3 * 730 * 0.015, 6);
});

test('rows are written to the table and its index, one for each group and window', () => {
  const windows = SECONDS_PER_MONTH / 300;
  expect(dollarsOf(cost(), 'rows written')).toBeCloseTo((windows * 1000 * 2 * 0.625) / 1e6, 6);
  // No more rows than events.
  expect(dollarsOf(cost({ groups: 1e9 }), 'rows written')).toBeCloseTo((windows * 300_000 * 2 * 0.625) / 1e6, 6);
});

test('rows that are kept for ever are paid for again each month, others for as long as they are kept', () => {
  const monthly = (SECONDS_PER_MONTH / 300) * 1000;
  const dollarsOfRows = (rows: number) => ((2 * rows * 400) / 1024 ** 3) * 0.25;
  const forEver = cost();
  expect(dollarsOf(forEver, "a month's rows kept")).toBeCloseTo(dollarsOfRows(monthly), 6);
  expect(dollarsOf(forEver, 'rows kept at any time')).toBeUndefined();
  const months = 90 / (730 / 24);
  const kept = cost({ pipeline: pipelineOf(1, false, { keepRows: '90 days' }) });
  expect(dollarsOf(kept, 'rows kept at any time')).toBeCloseTo(dollarsOfRows(monthly * months), 6);
  expect(dollarsOf(kept, "a month's rows kept")).toBeUndefined();
});

test('a global window keeps a row a group, however often it is replaced', () => {
  const totals = view('totals', clicks())
    .window(global({ emitEvery: '1 minute' }))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }));
  const found = cost({ pipeline: pipelineDefinition(pipeline('shop', [totals]), 'the test') });
  expect(found.items.find(({ what }) => what === 'rows kept at any time')?.quantity).toBeCloseTo(
    (2 * 1000 * 400) / 1024 ** 3,
    12,
  );
});

test('rows of empty windows are those of groups that are silent for a while and come again', () => {
  const [definition] = pipelineOf(1).views;
  const view = { ...definition, emptyWindows: 'zero', keepGroupsForWindows: 2 } as ViewDefinition;
  const filled = { pipeline: { ...pipelineOf(1), views: [view] } };
  const windows = SECONDS_PER_MONTH / 300;
  // 300,000 events a window: where there are no more groups than that, each has events in each.
  expect(dollarsOf(cost(filled), 'rows of empty windows')).toBeUndefined();
  const found = cost({ ...filled, groups: 500_000 });
  expect(dollarsOf(found, 'rows written')).toBeCloseTo((windows * 300_000 * 2 * 0.625) / 1e6, 6);
  expect(dollarsOf(found, 'rows of empty windows')).toBeCloseTo((windows * 200_000 * 2 * 0.625) / 1e6, 6);
});

test('state costs what was measured, the checkpoint once for all views', () => {
  const commits = (4 / 5) * SECONDS_PER_MONTH;
  const rounds = SECONDS_PER_MONTH / 300;
  // 1,250 events a commit are an object: a reference is written and deleted.
  const ofView = 3;
  const dollars = (units: number) => (units * 0.625) / 1e6;
  expect(dollarsOf(cost(), 'state written')).toBeCloseTo(dollars(commits * (2 + ofView) + rounds * 7), 6);
  const three = cost({ pipeline: pipelineOf(3) });
  expect(dollarsOf(three, 'state written')).toBeCloseTo(dollars(commits * (2 + 3 * ofView) + rounds * 21), 6);
  const withIds = cost({ pipeline: pipelineOf(1, true) });
  expect(dollarsOf(withIds, 'state written')).toBeCloseTo(dollars(commits * (2 + 3 + ofView) + rounds * 7), 6);
});

test('a view of a view takes the rows of a round in one commit, without a checkpoint', () => {
  const [first] = pipelineOf(1).views as [ViewDefinition];
  const second: ViewDefinition = { ...first, name: 'second', source: { kind: 'view', view: first } };
  const both = cost({ pipeline: { ...pipelineOf(1), views: [first, second] } });
  const rounds = SECONDS_PER_MONTH / 300;
  // 1,000 rows a round: 17.2 units, without the checkpoint's 2 and the share of a round.
  const added = (rounds * (17.2 - 2 - 7 / 60 + 7) * 0.625) / 1e6;
  expect((dollarsOf(both, 'state written') as number) - (dollarsOf(cost(), 'state written') as number)).toBeCloseTo(
    added,
    6,
  );
});

test('the lake and the endpoint cost where they are there', () => {
  for (const what of ["a month's bronze kept", 'carried, by 5 KB', 'bronze', 'ingest']) {
    expect(dollarsOf(cost(), what)).toBeUndefined();
  }
  const events = 1000 * SECONDS_PER_MONTH;
  expect(dollarsOf(cost({}, { lake: true }), 'carried, by 5 KB')).toBeCloseTo(((events * 5120) / 1024 ** 3) * 0.029, 6);
  const withEndpoint = cost({}, { ingest: true });
  expect(itemOf(withEndpoint, 'API Gateway', 'requests')?.dollars).toBeCloseTo(events / 100 / 1e6, 6);
  // 40 ms of a GB.
  expect(dollarsOf(withEndpoint, 'ingest')).toBeCloseTo((events / 100) * 0.04 * 0.0000133334, 6);
});

test('bronze is kept as long as the setting says, from a month on in infrequent access', () => {
  const monthGb = (1000 * SECONDS_PER_MONTH * 230 * 0.11) / 1024 ** 3;
  const ofDays = (days: number) => (monthGb * days) / (730 / 24);
  const forEver = cost({}, { lake: true });
  expect(dollarsOf(forEver, "a month's bronze kept")).toBeCloseTo(monthGb * 0.023, 6);
  const year = cost({}, { lake: true, bronzeDays: 365 });
  expect(dollarsOf(year, 'bronze kept at any time')).toBeCloseTo(ofDays(30) * 0.023, 6);
  expect(dollarsOf(year, 'bronze in infrequent access')).toBeCloseTo(ofDays(335) * 0.0125, 6);
  // Less than twice a month never moves.
  const short = cost({}, { lake: true, bronzeDays: 59 });
  expect(dollarsOf(short, 'bronze kept at any time')).toBeCloseTo(ofDays(59) * 0.023, 6);
  expect(dollarsOf(short, 'bronze moved to infrequent access')).toBeUndefined();
});

test('monitoring, traces and a key of your own cost where they are there', () => {
  const without = cost({}, { monitoring: false });
  for (const what of ['metrics', 'alarms', 'dashboard', 'alarm over all alarms', 'state read for metrics', 'keys']) {
    expect(dollarsOf(without, what)).toBeUndefined();
  }
  expect(dollarsOf(cost({}, { monitoring: false, key: 'customer' }), 'keys')).toBe(1);
  // One key for all, the topic of alarms too.
  expect(dollarsOf(cost({}, { key: 'customer' }), 'keys')).toBe(1);
  expect(dollarsOf(cost(), 'traces')).toBeUndefined();
  // No function has more than a call a second.
  const traced = cost({}, { tracing: true });
  expect(itemOf(traced, 'X-Ray', 'traces')?.quantity).toBeCloseTo(
    itemOf(traced, 'Lambda', 'calls')?.quantity as number,
    3,
  );
});

test('rows that are metrics cost where views have no groups, and duplicates a metric', () => {
  const metricsOf = (change: Partial<CostInput>, settings: Partial<PipelineSettings> = {}) =>
    itemOf(cost(change, settings), 'CloudWatch', 'metrics')?.quantity;
  expect(metricsOf({})).toBe(17);
  expect(metricsOf({ pipeline: pipelineOf(3) })).toBe(17 + 2 * 6);
  expect(metricsOf({ pipeline: pipelineOf(1, true) })).toBe(18);
  const [grouped] = pipelineOf(1).views as [ViewDefinition];
  const all = { ...pipelineOf(1), views: [{ ...grouped, groupBy: [] }] };
  expect(metricsOf({ pipeline: all }, { rowMetrics: true })).toBe(18);
  expect(metricsOf({}, { rowMetrics: true })).toBe(17);
});

test('dead letters and late events cost a put each for each commit that has any', () => {
  // Ten of each in a million events: where a commit has few events, hardly two are in one.
  const putsOf = (input: ReturnType<typeof cost>) => itemOf(input, 'S3', 'dead letters and late events')?.quantity ?? 0;
  const both = 1000 * SECONDS_PER_MONTH * 2e-5;
  const often = cost();
  const seldom = cost({ packing: packedIn(25_000) }, { shards: 1, batchingWindowSeconds: 300 });
  expect(putsOf(often) / both).toBeCloseTo(1, 1);
  expect(putsOf(often)).toBeLessThan(both);
  const { commitsPerSecond, eventsPerCommit } = seldom.traffic;
  const share = 1 - (1 - 1e-5) ** eventsPerCommit;
  expect(putsOf(seldom)).toBeCloseTo(2 * commitsPerSecond * SECONDS_PER_MONTH * share, 3);
});

test('the total is the sum of the items, and per million events what that makes', () => {
  const { items, dollarsPerMonth, dollarsPerMillionEvents } = cost({}, { lake: true, ingest: true });
  expect(items.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(dollarsPerMonth, 9);
  expect((dollarsPerMillionEvents as number) * 2628).toBeCloseTo(dollarsPerMonth, 9);
  expect(items.every(({ dollars, quantity }) => dollars > 0 && quantity > 0)).toBe(true);
});

test.each([10, 100, 1000, 10_000])('at %i events a second, waiting less costs more', (eventsPerSecond) => {
  const of = (preset: PipelineSettings['preset']) => cost({ eventsPerSecond, packing: packedIn(25_000) }, { preset });
  const [fast, middle, cheap] = [of('lowLatency'), of('balanced'), of('lowCost')];
  expect(fast.traffic.waitSeconds).toBeLessThan(middle.traffic.waitSeconds);
  expect(middle.traffic.waitSeconds).toBeLessThan(cheap.traffic.waitSeconds);
  expect(fast.dollarsPerMonth).toBeGreaterThan(middle.dollarsPerMonth);
  expect(middle.dollarsPerMonth).toBeGreaterThan(cheap.dollarsPerMonth);
});
