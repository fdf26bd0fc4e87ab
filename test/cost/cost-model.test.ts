import { count, type Emission, global, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { LIST_PRICES, PricesError, pricesWith } from '../../contracts/prices.ts';
import { costOf } from '../../cost/cost-model.ts';
import { interpolate, MEASURED } from '../../cost/measured.ts';
import { type CostInput, SECONDS_PER_MONTH, trafficOf } from '../../cost/traffic.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { completeSettings } from '../../lib/complete-settings.ts';
import type { PipelineSettings } from '../../lib/settings.ts';

function pipelineOf(views: number, dedupe = false, emission: Emission = {}) {
  const clicks = stream('clicks', {
    schema: Type.Object({ id: Type.String(), page: Type.String(), time: Timestamp('iso8601') }),
    eventTime: 'time',
    partitionKey: 'page',
    maxLateness: '0 ms',
    eventId: 'id',
    ...(dedupe ? { dedupe: { within: '1 hour' } as const } : {}),
  });
  const all = Array.from({ length: views }, (_, index) =>
    view(`v_${index}`, clicks)
      .window(tumbling('5 minutes'), emission)
      .groupBy('page')
      .aggregate(() => ({ clicks: count() })),
  );
  return pipelineDefinition(pipeline('shop', all), 'the test');
}

function inputOf(change: Partial<CostInput> = {}, settings: Partial<PipelineSettings> = {}): CostInput {
  return {
    pipeline: pipelineOf(1),
    settings: completeSettings(settings),
    eventsPerSecond: 1000,
    eventBytes: 230,
    packedBytes: null,
    groups: 1000,
    archive: false,
    ...change,
  };
}

const cost = (change: Partial<CostInput> = {}, settings: Partial<PipelineSettings> = {}) =>
  costOf(inputOf(change, settings), LIST_PRICES);

function dollarsOf({ items }: ReturnType<typeof cost>, what: string): number | undefined {
  return items.find((item) => item.what === what)?.dollars;
}

test('Kinesis on demand is paid by the hour, by each kilobyte begun of a record, and by what is read', () => {
  const found = cost();
  const events = 1000 * SECONDS_PER_MONTH;
  expect(dollarsOf(found, 'streams')).toBeCloseTo(730 * 0.04, 6);
  expect(dollarsOf(found, 'written, by 1 KB')).toBeCloseTo((events / 1024 ** 2) * 0.08, 6);
  expect(dollarsOf(found, 'read')).toBeCloseTo(((events * 230) / 1024 ** 3) * 0.04, 6);
  expect(dollarsOf(found, 'read by fan-out')).toBeUndefined();
});

test('packing events in records makes writing cheaper by what rounding up took', () => {
  const [plain, packed] = [cost(), cost({ packedBytes: 25_000 })];
  // 108 events and the line breaks between them are 24,947 bytes, which are 25 KB begun.
  expect(packed.traffic).toMatchObject({ recordBytes: 108 * 231 - 1, recordsPerSecond: 1000 / 108 });
  expect(
    (dollarsOf(packed, 'written, by 1 KB') as number) / (dollarsOf(plain, 'written, by 1 KB') as number),
  ).toBeCloseTo(25 / 108, 6);
});

test('provisioned shards are paid by the hour, twice for more than a day, and records by 25 KB', () => {
  const found = cost({ packedBytes: 25_600 }, { shards: 2 });
  expect(dollarsOf(found, 'shards')).toBeCloseTo(2 * 730 * 0.015, 6);
  expect(dollarsOf(found, 'kept beyond 24 hours')).toBeCloseTo(2 * 730 * 0.02, 6);
  expect(dollarsOf(found, 'records put')).toBeCloseTo(
    (found.traffic.recordsPerSecond * SECONDS_PER_MONTH * 0.014) / 1e6,
    6,
  );
  expect(dollarsOf(found, 'streams')).toBeUndefined();
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
  const totals = view('totals', pipelineOf(1).streams[0] as never)
    .window(global({ emitEvery: '1 minute' }))
    .groupBy('page' as never)
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
  const units = interpolate(MEASURED.commits.writeUnits, 1000, 1250);
  expect(dollarsOf(cost(), 'state written')).toBeCloseTo((commits * units * 0.625) / 1e6, 6);
  const three = cost({ pipeline: pipelineOf(3) });
  expect(dollarsOf(three, 'state written')).toBeCloseTo((commits * (2 + 3 * (units - 2)) * 0.625) / 1e6, 6);
  const withIds = cost({ pipeline: pipelineOf(1, true) });
  expect(dollarsOf(withIds, 'state written')).toBeCloseTo((commits * (units + 20) * 0.625) / 1e6, 6);
});

test('the archive and the endpoint cost where they are there', () => {
  for (const what of ["a month's archive kept", 'archived, by 5 KB', 'requests']) {
    expect(dollarsOf(cost(), what)).toBeUndefined();
  }
  const events = 1000 * SECONDS_PER_MONTH;
  expect(dollarsOf(cost({ archive: true }), 'archived, by 5 KB')).toBeCloseTo(((events * 5120) / 1024 ** 3) * 0.029, 6);
  expect(dollarsOf(cost({}, { ingest: true }), 'requests')).toBeCloseTo(events / 100 / 1e6, 6);
});

test('dead letters cost a put for each commit that has any', () => {
  // Ten dead letters in a million events: where a commit has few events, hardly two are in one.
  const putsOf = (input: ReturnType<typeof cost>) =>
    (dollarsOf(input, 'dead letters and archive') ?? 0) / (0.005 / 1000);
  const dead = 1000 * SECONDS_PER_MONTH * 1e-5;
  const [often, seldom] = [cost(), cost({ packedBytes: 25_000 }, { shards: 1, batchingWindowSeconds: 300 })];
  expect(putsOf(often) / dead).toBeCloseTo(1, 1);
  expect(putsOf(often)).toBeLessThan(dead);
  const { commitsPerSecond, eventsPerCommit } = seldom.traffic;
  const share = 1 - (1 - 1e-5) ** eventsPerCommit;
  expect(putsOf(seldom)).toBeCloseTo(commitsPerSecond * SECONDS_PER_MONTH * share, 3);
});

test('the total is the sum of the items, and per million events what that makes', () => {
  const { items, dollarsPerMonth, dollarsPerMillionEvents } = cost({ archive: true }, { ingest: true });
  expect(items.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(dollarsPerMonth, 9);
  expect(dollarsPerMillionEvents * 2628).toBeCloseTo(dollarsPerMonth, 9);
  expect(items.every(({ dollars, quantity }) => dollars > 0 && quantity > 0)).toBe(true);
});

test.each([10, 100, 1000, 10_000])('at %i events a second, waiting less costs more', (eventsPerSecond) => {
  const of = (preset: PipelineSettings['preset']) => cost({ eventsPerSecond, packedBytes: 25_000 }, { preset });
  const [fast, middle, cheap] = [of('lowLatency'), of('balanced'), of('lowCost')];
  expect(fast.traffic.waitSeconds).toBeLessThan(middle.traffic.waitSeconds);
  expect(middle.traffic.waitSeconds).toBeLessThan(cheap.traffic.waitSeconds);
  expect(fast.dollarsPerMonth).toBeGreaterThan(middle.dollarsPerMonth);
  expect(middle.dollarsPerMonth).toBeGreaterThan(cheap.dollarsPerMonth);
});

describe('traffic', () => {
  const traffic = (change: Partial<CostInput>, settings: Partial<PipelineSettings> = {}) =>
    trafficOf(inputOf(change, settings), 145_000);

  test('on demand is of four shards, and more where twice the records or bytes need them', () => {
    expect(traffic({}).shards).toBe(4);
    expect(traffic({ eventsPerSecond: 10_000 }).shards).toBe(20);
    expect(traffic({ eventsPerSecond: 100_000, packedBytes: 25_000 }).shards).toBe(47);
  });

  test('a batch ends by its window, its records, or six megabytes in base64', () => {
    expect(traffic({}, { shards: 1 }).commitSeconds).toBe(5);
    expect(traffic({}, { shards: 1, batchSize: 2000 }).commitSeconds).toBe(2);
    const { commitSeconds, recordBytes } = traffic({ packedBytes: 25_000, eventsPerSecond: 20_000 }, { shards: 1 });
    expect(commitSeconds).toBeCloseTo(6_000_000 / ((recordBytes * 4) / 3 + 350) / (20_000 / 108), 9);
  });

  test('a shard without much to do commits as often as a record comes', () => {
    expect(traffic({ eventsPerSecond: 1 })).toMatchObject({ commitSeconds: 5, eventsPerCommit: 1.25 });
    expect(traffic({ eventsPerSecond: 1 }, { batchingWindowSeconds: 0 })).toMatchObject({ commitSeconds: 4 });
  });

  test('a shard that gets more than one call can take in is told of', () => {
    expect(traffic({ eventsPerSecond: 300_000, packedBytes: 25_000 }, { shards: 1 }).overloaded).toBe(true);
    expect(traffic({ eventsPerSecond: 60_000, packedBytes: 25_000 }, { shards: 1 }).overloaded).toBe(false);
    expect(traffic({ eventsPerSecond: 60_000, packedBytes: 25_000 }, { shards: 1, memory: 512 }).overloaded).toBe(true);
  });
});

describe('what was measured', () => {
  const { groups, events, writeUnits } = MEASURED.commits;

  test('is given back where it was measured', () => {
    for (const [row, ofGroups] of groups.entries()) {
      for (const [column, ofEvents] of events.entries()) {
        expect(interpolate(writeUnits, ofGroups, ofEvents)).toBeCloseTo(writeUnits[row]?.[column] as number, 9);
      }
    }
  });

  test('rises in between and beyond, and is as at its beginning before', () => {
    const along = [1, 10, 50, 100, 5000, 10_000, 40_000].map((each) => interpolate(writeUnits, 1000, each));
    expect(along).toEqual([...along].sort((a, b) => a - b));
    expect(along[0]).toBeCloseTo(4.6, 9);
    expect(along.at(-1)).toBeGreaterThan(71.4);
    expect(interpolate(writeUnits, 1, 1)).toBeCloseTo(4.6, 9);
  });
});

describe('prices', () => {
  test('of a file take the place of list prices', () => {
    const prices = pricesWith('{"date": "2027-01", "kinesisInGb": 0}', 'mine.json');
    expect(prices).toEqual({ ...LIST_PRICES, date: '2027-01', kinesisInGb: 0 });
    expect(dollarsOf(costOf(inputOf(), prices), 'written, by 1 KB')).toBe(0);
  });

  test.each([
    ['{', 'The prices file mine.json is not JSON: '],
    ['[]', 'The prices file mine.json must be a JSON object'],
    ['{"kinesisIn": 1}', "has a price 'kinesisIn', which there is not. There are region, date, kinesisStreamHour,"],
    ['{"toString": 1}', "has a price 'toString', which there is not."],
    ['{"kinesisInGb": "1"}', `has "1" for 'kinesisInGb': it must be a number of dollars, 0 or more.`],
    ['{"kinesisInGb": -1}', `has -1 for 'kinesisInGb': it must be a number`],
    ['{"date": 2027}', "has 2027 for 'date': it must be text."],
  ])('%s are refused', (text, message) => {
    expect(() => pricesWith(text, 'mine.json')).toThrow(PricesError);
    expect(() => pricesWith(text, 'mine.json')).toThrow(message);
  });
});
