import { gzipSync } from 'node:zlib';
import type { KinesisStreamEvent } from 'aws-lambda';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { HashKeyRange } from '../../adapters/hash-keys.ts';
import { CommitTooLargeError } from '../../engine/ports/errors.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { loadCheckpoint } from '../../engine/state/checkpoint.ts';
import { makeHandler } from '../../lambdas/aggregate/make-handler.ts';
import { aggregated } from '../aws/kpl/aggregated.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { click, failures, kinesisEvent, memoryLog, plan, SHARD, source, testPorts } from './support.ts';

/** Records of the Kinesis Producer Library, from a Lambda event to the checkpoint. */
const ALL: HashKeyRange = { first: 0n, last: (1n << 128n) - 1n };
const LOWER: HashKeyRange = { first: 0n, last: (1n << 127n) - 1n };

function setUp(range: HashKeyRange = ALL, maxItems = Number.POSITIVE_INFINITY) {
  const ports = testPorts();
  const { state } = ports;
  const asked: string[] = [];
  const limited: StateStore = {
    get: (key) => state.get(key),
    query: (prefix) => state.query(prefix),
    delete: (keys) => state.delete(keys),
    transact: async (writes) => {
      if (writes.length > maxItems) throw new CommitTooLargeError('Too large: split it into several commits.');
      return state.transact(writes);
    },
  };
  const hashKeysOf = async (_arn: string, shard: string) => {
    asked.push(shard);
    return range;
  };
  const handler = makeHandler({
    plan,
    ports: { ...ports, state: limited },
    settings: { generation: 1 },
    source: { ...source, hashKeysOf },
    log: memoryLog(),
    metrics: recordedMetrics(),
    budget: new TimeBudget(),
    takeWriteUnits: () => 0,
  });
  const checkpoint = () => loadCheckpoint(state, 'clicks', SHARD);
  return { handler, ports, asked, checkpoint };
}

const here = { partitionKey: 'any', explicitHashKey: '0' };
const elsewhere = { partitionKey: 'any', explicitHashKey: String(1n << 127n) };

test('its events are taken in, also packed ones, and numbered through the record', async () => {
  const { handler, checkpoint, asked } = setUp();
  const records = [
    { ...here, data: click(0) },
    { ...here, data: gzipSync(`${click(1)}\n${click(2)}\n`) },
    { ...here, data: 'nothing' },
    { ...here, data: '' },
    { ...here, data: click(3) },
  ];
  expect(failures(await handler(kinesisEvent({ '101': aggregated(records), '102': click(4) })))).toEqual([]);
  expect(await checkpoint()).toMatchObject({
    position: { sequence: '102', index: 0 },
    counters: { delivered: 7, accepted: 5, dead: 2, duplicate: 0 },
  });
  expect(asked).toEqual([SHARD]);
});

test('a dead letter has its own bytes, and its position in the record', async () => {
  const { handler, ports } = setUp();
  await handler(
    kinesisEvent({
      '101': aggregated([
        { ...here, data: `${click(0)}\n${click(1)}` },
        { ...here, data: 'bad' },
      ]),
    }),
  );
  expect(await ports.deadLetters.read('clicks')).toMatchObject([
    { reason: 'not_json', position: { sequence: '101', index: 2 }, bytes: Buffer.from('bad') },
  ]);
});

test('one that is damaged is one dead letter with all of its bytes', async () => {
  const { handler, checkpoint, ports } = setUp();
  const cut = aggregated([{ ...here, data: click(0) }]).subarray(0, -1);
  expect(failures(await handler(kinesisEvent({ '101': cut, '102': click(1) })))).toEqual([]);
  expect((await checkpoint())?.counters).toMatchObject({ delivered: 2, accepted: 1, dead: 1 });
  expect(await ports.deadLetters.read('clicks')).toMatchObject([{ reason: 'corrupt_aggregate', bytes: cut }]);
});

/** As the library sends aggregates: under a key of its own. */
function kplEvent(records: Parameters<typeof kinesisEvent>[0]): KinesisStreamEvent {
  const event = kinesisEvent(records);
  for (const { kinesis } of event.Records) kinesis.partitionKey = 'a';
  return event;
}

test('events that belong to another shard count as duplicates, for they are sent there as well', async () => {
  const { handler, checkpoint } = setUp(LOWER);
  const records = [
    { ...here, data: click(0) },
    { ...elsewhere, data: `${click(1)}\nbad` },
    { ...here, data: click(2) },
  ];
  await handler(kplEvent({ '101': aggregated(records) }));
  expect(await checkpoint()).toMatchObject({
    position: { sequence: '101', index: 3 },
    counters: { delivered: 4, accepted: 2, duplicate: 2, dead: 0 },
  });
});

test('and are kept where other software than the library made the record, for nobody knows that they are', async () => {
  const { handler, checkpoint, ports } = setUp(LOWER);
  const records = [
    { ...here, data: click(0) },
    { ...elsewhere, data: click(1) },
  ];
  await handler(kinesisEvent({ '101': aggregated(records) }));
  expect((await checkpoint())?.counters).toMatchObject({ delivered: 2, accepted: 1, duplicate: 0, dead: 1 });
  expect(await ports.deadLetters.read('clicks')).toMatchObject([
    { reason: 'outside_shard', position: { sequence: '101', index: 1 }, bytes: Buffer.from(click(1)) },
  ]);
});

test('cut in the middle of a record and delivered again, each of its events counts once', async () => {
  const minutes = Array.from({ length: 12 }, (_, minute) => ({
    ...(minute % 4 === 3 ? elsewhere : here),
    data: click(minute * 60),
  }));
  const { handler, checkpoint } = setUp(LOWER, 6);
  const event = kplEvent({ '101': aggregated(minutes), '102': click(1000) });
  expect(failures(await handler(event))).toEqual([]);
  const once = await checkpoint();
  expect(once).toMatchObject({ counters: { delivered: 13, accepted: 10, duplicate: 3 } });
  expect(once?.version).toBeGreaterThan(3);
  await handler(event);
  await handler(kplEvent({ '101': aggregated(minutes) }));
  expect((await checkpoint())?.counters).toEqual(once?.counters);
});
