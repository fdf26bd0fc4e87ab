import { streamNameOfArn } from '../../adapters/aws/kinesis-event.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { CommitTooLargeError } from '../../engine/ports/errors.ts';
import type { ItemWrite, StateStore } from '../../engine/ports/state-store.ts';
import { loadCheckpoint } from '../../engine/state/checkpoint.ts';
import { type AggregateDeps, makeHandler } from '../../lambdas/aggregate/make-handler.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import {
  CLICKS_ARN,
  click,
  failures,
  kinesisEvent,
  memoryLog,
  NOW_MS,
  plan,
  SHARD,
  source,
  testPorts,
} from './support.ts';

const streamOfName = (arn: string) => streamNameOfArn(arn).replace('shop-', '');
const FOUR_CLICKS = { '101': click(0), '102': click(1), '103': click(2), '104': click(3) };

function setUp(change: Partial<AggregateDeps> = {}) {
  const ports = testPorts();
  const log = memoryLog();
  const settings = { generation: 3 };
  const metrics = recordedMetrics();
  const budget = new TimeBudget();
  const deps: AggregateDeps = {
    plan,
    ports,
    settings,
    source,
    log,
    metrics,
    takeWriteUnits: () => 5,
    budget,
    ...change,
  };
  const checkpoint = (shard = SHARD) => loadCheckpoint(deps.ports.state, 'clicks', shard);
  return { handler: makeHandler(deps), ports, log, metrics, checkpoint };
}

/** The store, with one method in the place of its own. */
function withTransact(state: StateStore, transact: StateStore['transact']): StateStore {
  return {
    get: (key) => state.get(key),
    query: (range) => state.query(range),
    delete: (keys) => state.delete(keys),
    transact,
  };
}

test('a batch is committed, and nothing is reported', async () => {
  const { handler, checkpoint, log } = setUp();
  expect(failures(await handler(kinesisEvent(FOUR_CLICKS)))).toEqual([]);
  expect(await checkpoint()).toMatchObject({
    position: { sequence: '104', index: 0 },
    counters: { delivered: 4, accepted: 4 },
    generation: 3,
  });
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toMatchObject({
    level: 'info',
    fields: { stream: 'clicks', shard: SHARD, position: '101', records: 4, accepted: 4 },
  });
});

test('a batch that comes again, cut elsewhere, is counted once', async () => {
  const { handler, checkpoint } = setUp();
  await handler(kinesisEvent({ '101': click(0), '102': click(1), '103': click(2) }));
  expect(failures(await handler(kinesisEvent({ '102': click(1), '103': click(2), '104': click(3) })))).toEqual([]);
  expect((await checkpoint())?.counters).toMatchObject({ delivered: 4, accepted: 4, duplicate: 0 });
});

test('reading by enhanced fan-out goes on from the same checkpoint, and what comes again from the beginning is counted once', async () => {
  const { handler, checkpoint } = setUp({ source: { ...source, streamOf: streamOfName } });
  await handler(kinesisEvent(FOUR_CLICKS));
  const consumer = `${CLICKS_ARN}/consumer/streamgauge:1750000000`;
  const again = kinesisEvent({ ...FOUR_CLICKS, '105': click(4) }, 'shardId-000000000000', consumer);
  expect(failures(await handler(again))).toEqual([]);
  expect(await checkpoint()).toMatchObject({
    position: { sequence: '105', index: 0 },
    counters: { delivered: 5, accepted: 5, duplicate: 0 },
  });
});

test('after a failure in the middle, the record in which the checkpoint stands is reported and the rest follows', async () => {
  const base = testPorts();
  let commits = 0;
  let broken = true;
  const state = withTransact(base.state, async (writes) => {
    const isCommit = writes.some(({ key }) => key.partition.startsWith('segment'));
    if (isCommit) commits++;
    // The first commit chunk is too large, its first half goes through, the second half meets an outage.
    if (commits === 1 && isCommit) throw new CommitTooLargeError('Too large: split it into several commits.');
    if (commits === 3 && broken) throw new Error('The network is down.');
    return base.state.transact(writes);
  });
  const { handler, log } = setUp({ ports: { ...base, state } });
  expect(failures(await handler(kinesisEvent(FOUR_CLICKS)))).toEqual(['102']);
  expect((await loadCheckpoint(base.state, 'clicks', SHARD))?.counters.accepted).toBe(2);
  expect(log.lines.at(-1)).toMatchObject({
    level: 'error',
    fields: { stream: 'clicks', shard: SHARD, position: '101', from: '102', error: new Error('The network is down.') },
  });
  broken = false;
  const { '101': _, ...rest } = FOUR_CLICKS;
  expect(failures(await handler(kinesisEvent(rest)))).toEqual([]);
  expect((await loadCheckpoint(base.state, 'clicks', SHARD))?.counters).toMatchObject({ delivered: 4, accepted: 4 });
});

test('a batch of which nothing is committed is reported from its first record', async () => {
  const base = testPorts();
  const state = withTransact(base.state, async (writes) => {
    if (writes.length > 1) throw new Error('The network is down.');
    return base.state.transact(writes);
  });
  const { handler } = setUp({ ports: { ...base, state } });
  expect(failures(await handler(kinesisEvent(FOUR_CLICKS)))).toEqual(['101']);
});

test('where the checkpoint cannot be read either, the whole batch is reported', async () => {
  const base = testPorts();
  const down = async () => Promise.reject(new Error('The table is gone.'));
  const state: StateStore = { get: down, query: down, transact: down, delete: down };
  const { handler, log } = setUp({ ports: { ...base, state } });
  expect(failures(await handler(kinesisEvent(FOUR_CLICKS)))).toEqual(['101']);
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'error']);
});

test('where another poller has gone beyond the batch, a failure reports nothing', async () => {
  const base = testPorts();
  await setUp({ ports: base }).handler(kinesisEvent({ '105': click(3) }));
  let reads = 0;
  const state: StateStore = {
    ...withTransact(base.state, (writes) => base.state.transact(writes)),
    get: async (key) => {
      reads++;
      if (reads === 1) throw new Error('The network is down.');
      return base.state.get(key);
    },
  };
  const { handler, log } = setUp({ ports: { ...base, state } });
  expect(failures(await handler(kinesisEvent({ '101': click(0), '102': click(1) })))).toEqual([]);
  expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { from: null } });
});

test('a wake-up that cannot be sent does not undo the batch: its last record comes again and is skipped', async () => {
  const base = testPorts();
  let broken = true;
  const queue = {
    send: async () => {
      if (broken) throw new Error('The queue does not answer.');
    },
  };
  const { handler, log } = setUp({ ports: { ...base, queue } });
  expect(failures(await handler(kinesisEvent({ '101': click(0), '102': click(90) })))).toEqual(['102']);
  expect(log.lines.at(-1)?.level).toBe('error');
  broken = false;
  expect(failures(await handler(kinesisEvent({ '102': click(90) })))).toEqual([]);
  expect((await loadCheckpoint(base.state, 'clicks', SHARD))?.counters).toMatchObject({ delivered: 2, accepted: 2 });
});

test('a batch whose stream is not of this pipeline is reported and said in the log', async () => {
  const { handler, log } = setUp();
  const event = kinesisEvent({ '7': click(0) }, 'shardId-000000000000', 'arn:aws:kinesis:eu-west-1:1:stream/other');
  expect(failures(await handler(event))).toEqual(['7']);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { eventId: 'shardId-000000000000:7', records: 1 } }]);
});

test('code of an older generation commits nothing after newer code has', async () => {
  const base = testPorts();
  await setUp({ ports: base }).handler(kinesisEvent({ '101': click(0) }));
  const older = setUp({ ports: base, settings: { generation: 2 } });
  expect(failures(await older.handler(kinesisEvent({ '102': click(1) })))).toEqual(['102']);
  expect(older.log.lines.at(-1)?.fields.error).toMatchObject({ code: 'olderGeneration' });
  expect((await loadCheckpoint(base.state, 'clicks', SHARD))?.counters.delivered).toBe(1);
});

test('a warm container does not read the checkpoint of a shard again', async () => {
  const base = testPorts();
  let reads = 0;
  const state: StateStore = {
    ...withTransact(base.state, (writes) => base.state.transact(writes)),
    get: async (key) => {
      reads++;
      return base.state.get(key);
    },
  };
  const { handler } = setUp({ ports: { ...base, state } });
  await handler(kinesisEvent({ '101': click(0) }));
  const readsOfFirst = reads;
  await handler(kinesisEvent({ '102': click(1) }));
  expect(reads).toBe(readsOfFirst);
});

test('two shards in one container keep their own checkpoints', async () => {
  const second = SHARD.replace(/0$/, '1');
  const { handler, checkpoint } = setUp({ ports: testPorts(SHARD, second) });
  await handler(kinesisEvent({ '101': click(0) }));
  await handler(kinesisEvent({ '55': click(1), '56': click(2) }, 'shardId-000000000001'));
  await handler(kinesisEvent({ '102': click(3) }));
  expect(await checkpoint()).toMatchObject({ position: { sequence: '102' }, counters: { accepted: 2 } });
  expect(await checkpoint(second)).toMatchObject({ position: { sequence: '56' }, counters: { accepted: 2 } });
});

test('no call returns while a write is in flight, whatever fails', async () => {
  const base = testPorts();
  let inFlight = 0;
  const slow = async <T>(work: () => Promise<T>): Promise<T> => {
    inFlight++;
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return work().finally(() => {
      inFlight--;
    });
  };
  let calls = 0;
  const state = withTransact(base.state, (writes: readonly ItemWrite[]) =>
    slow(async () => {
      calls++;
      if (calls % 2 === 0) throw new Error('The network is down.');
      return base.state.transact(writes);
    }),
  );
  const deadLetters = { put: () => slow(async () => Promise.reject(new Error('The bucket does not answer.'))) };
  const { handler } = setUp({ ports: { ...base, state, deadLetters } });
  for (let call = 0; call < 4; call++) {
    await handler(kinesisEvent({ [String(101 + call)]: click(call), [String(201 + call)]: 'not JSON' }));
    expect(inFlight).toBe(0);
  }
});

test('an event that no view can use is a dead letter and does not hold up the batch', async () => {
  const { handler, ports, checkpoint } = setUp();
  expect(failures(await handler(kinesisEvent({ '101': 'not JSON', '102': click(1) })))).toEqual([]);
  expect((await checkpoint())?.counters).toMatchObject({ delivered: 2, accepted: 1, dead: 1 });
  expect(await ports.deadLetters.read('clicks')).toMatchObject([{ kind: 'dead', position: { sequence: '101' } }]);
});

test('an empty event is answered with no failures', async () => {
  const { handler } = setUp();
  expect(failures(await handler({ Records: [] }))).toEqual([]);
});

describe('the metrics of a batch', () => {
  const AT_MS = NOW_MS + 600_000;

  test('are its events by what became of them, its times and its cost, with shard and position beside them', async () => {
    const { handler, metrics } = setUp({ ports: { ...testPorts(), clock: { nowMs: () => AT_MS + 250 } } });
    await handler(kinesisEvent({ '101': click(0), '102': 'not JSON', '103': click(90) }), { awsRequestId: 'r-1' });
    await handler(kinesisEvent({ '104': click(0) }));
    expect(metrics.all).toEqual([
      {
        of: 'stream clicks',
        values: {
          BatchMs: 0,
          WriteUnits: 5,
          CommitMs: 0,
          EventsAccepted: 2,
          EventsDead: 1,
          EventsLate: 0,
          BatchEvents: 3,
          CommitLatencyMs: [250, 250, 250],
        },
        fields: { stream: 'clicks', shard: SHARD, position: '101', records: 3 },
      },
      expect.objectContaining({
        values: expect.objectContaining({ EventsAccepted: 0, EventsLate: 1, BatchEvents: 1 }),
      }),
    ]);
  });

  test('hold the latency of ten records at most, the first and the last among them', async () => {
    let nowMs = AT_MS;
    const { handler, metrics } = setUp({ ports: { ...testPorts(), clock: { nowMs: () => nowMs } } });
    const event = kinesisEvent(
      Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`${101 + index}`, click(0)])),
    );
    event.Records.forEach((record, index) => {
      record.kinesis.approximateArrivalTimestamp = AT_MS / 1000 + index / 1000;
    });
    nowMs = AT_MS + 100;
    await handler(event);
    expect(metrics.all[0]?.values.CommitLatencyMs).toEqual([100, 97, 95, 92, 89, 87, 84, 81, 79, 76]);
  });

  test('of one that was committed before say what it cost, and count no event again', async () => {
    const { handler, metrics } = setUp();
    await handler(kinesisEvent(FOUR_CLICKS));
    await handler(kinesisEvent(FOUR_CLICKS));
    expect(metrics.all[1]?.values).toEqual({ BatchMs: 0, WriteUnits: 5 });
  });

  test('of one that fails count it', async () => {
    const base = testPorts();
    const state = withTransact(base.state, async () => Promise.reject(new Error('The network is down.')));
    const { handler, metrics } = setUp({ ports: { ...base, state } });
    await handler(kinesisEvent(FOUR_CLICKS));
    expect(metrics.all).toMatchObject([
      { of: 'stream clicks', values: { BatchesFailed: 1 }, fields: { shard: SHARD } },
    ]);
  });
});

test('a batch that could not even be taken in counts as failed, where it is of a stream of this pipeline', async () => {
  const creationSecondsOf = async () => Promise.reject(new Error('Kinesis does not answer.'));
  const { handler, metrics } = setUp({ source: { ...source, creationSecondsOf } });
  await handler(kinesisEvent(FOUR_CLICKS));
  await handler(kinesisEvent({ '7': click(0) }, 'shardId-000000000000', 'arn:aws:kinesis:eu-west-1:1:stream/other'));
  expect(metrics.all).toMatchObject([{ of: 'stream clicks', values: { BatchesFailed: 1 } }]);
});

test('every line of the log names the invocation, and where it knows them shard and position', async () => {
  const { handler, log } = setUp();
  await handler(kinesisEvent(FOUR_CLICKS), { awsRequestId: 'r-1' });
  expect(log.lines[0]?.fields).toMatchObject({ requestId: 'r-1', shard: SHARD, position: '101' });
});
