import type { EmbeddedStores } from '../../../adapters/embedded/index.ts';
import type { Pipeline } from '../../../engine/dsl/pipeline.ts';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../../engine/plan/plan.ts';
import { LiveRuntime } from '../../../runtime/live/live-runtime.ts';
import { LiveMachine } from './machine.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const START = Date.parse('2026-03-01T11:00:00Z');

const events = stream('events', {
  schema: Type.Object({ user: Type.String(), n: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '5 seconds',
});
const totals = view('totals', events)
  .window(tumbling('1 minute'))
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const added = view('added', events)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ events: count() }));

const before = pipeline('p', [totals]);
const after = pipeline('p', [totals, added]);

let machine: LiveMachine;
const opened: EmbeddedStores[] = [];
beforeEach(() => {
  machine = new LiveMachine({ pipeline: before, startMs: NOW });
});
afterEach(() => {
  for (const stores of opened.splice(0)) stores.close();
  machine.close();
});

/** Appends so many events, a second apart, from a number on. */
function append(from: number, amount: number): void {
  const entries = Array.from({ length: amount }, (_, index) => {
    const n = from + index;
    const event = { user: `u${n % 3}`, n, at: new Date(START + n * 1000).toISOString() };
    return { partitionKey: event.user, data: Buffer.from(JSON.stringify(event)) };
  });
  machine.stores.log.append('events', 'shard-0000', entries, machine.clock.nowMs());
}

/** A process on the store of the machine, with a pipeline of its own; before each of its transactions comes `gate`. */
function processOf(definition: Pipeline, gate: () => Promise<void> = async () => {}): Promise<LiveRuntime> {
  const stores = machine.openStores();
  opened.push(stores);
  const { state } = stores;
  const transact = state.transact.bind(state);
  state.transact = async (writes) => {
    await gate();
    return transact(writes);
  };
  return LiveRuntime.open({
    plan: compilePipeline(pipelineDefinition(definition, 'the test')),
    stores,
    storePath: '',
    shards: 1,
    replays: new Map(),
    clock: machine.clock,
    monotonic: machine.monotonic,
  });
}

/** What one process alone makes of so many events. */
async function reference(amount: number): Promise<readonly string[]> {
  const alone = new LiveMachine({ pipeline: before, startMs: NOW });
  const held = machine;
  try {
    machine = alone;
    const runtime = await alone.runtime();
    append(0, amount);
    await runtime.tick();
    return await alone.rows();
  } finally {
    machine = held;
    alone.close();
  }
}

/** A gate that holds whoever comes once it is shut, and tells when somebody does. */
function newGate() {
  let open: () => void = () => {};
  let isShut = false;
  let reached: () => void = () => {};
  const arrival = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    arrival,
    shut: () => {
      isShut = true;
    },
    open: () => {
      isShut = false;
      open();
    },
    pass: async () => {
      if (!isShut) return;
      reached();
      await opened;
    },
  };
}

describe('two processes with different plans on one store', () => {
  test.each([
    ['has committed nothing', 0],
    ['has read the batch itself', 1],
    ['has gone on', 2],
  ])('the older one, which holds a batch, commits nothing once the newer one %s', async (_, ticks) => {
    const gate = newGate();
    const old = await processOf(before, gate.pass);
    append(0, 100);
    await old.tick();
    append(100, 100);
    gate.shut();
    const held = old.tick();
    const refused = expect(held).rejects.toMatchObject({ code: 'olderGeneration' });
    await gate.arrival;

    const newer = await processOf(after);
    if (ticks > 0) await newer.tick();
    if (ticks > 1) {
      append(200, 100);
      await newer.tick();
    }
    gate.open();
    await refused;
    await expect(old.tick()).rejects.toMatchObject({ code: 'olderGeneration' });

    if (ticks < 2) append(200, 100);
    await newer.tick();
    const [stream] = (await newer.status()).streams;
    expect(stream?.counters).toMatchObject({ delivered: 300, accepted: 300 });
    expect(await machine.rows()).toEqual(await reference(300));
  });
});

test('each start of a process is a generation of its own', async () => {
  const generations: unknown[] = [];
  for (const _ of [1, 2, 3]) {
    await processOf(before);
    const [checkpoint] = await machine.stores.state.query({ partition: 'checkpoint#events' });
    generations.push((JSON.parse(String(checkpoint?.data)) as { generation: number }).generation);
  }
  expect(generations).toEqual([2, 3, 4]);
});
