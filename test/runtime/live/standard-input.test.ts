import { PassThrough } from 'node:stream';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import clickstream from '../../../pipelines/clickstream.ts';
import { SendingTopology } from '../../../runtime/live/sending-topology.ts';
import { StandardInput } from '../../../runtime/live/standard-input.ts';

const CLICKS = (compilePipeline(pipelineDefinition(clickstream, 'clickstream.ts')).streams[0] as StreamPlan).definition;
const SHARD = 'shard-0000';

let stores: EmbeddedStores;
let pipe: PassThrough;
let input: StandardInput;
beforeEach(() => {
  stores = openEmbedded(':memory:', { nowMs: () => 0 });
  stores.log.createStream(CLICKS.name, 1);
  pipe = new PassThrough();
  input = new StandardInput(CLICKS, [SHARD], stores.log, pipe);
});
afterEach(async () => {
  await input.close();
  stores.close();
});

const records = () =>
  stores.log.read(CLICKS.name, SHARD, null, 100_000).map(({ data }) => Buffer.from(data).toString());

/** Until all that was written was read, or no more of it is. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function advance(): Promise<string[]> {
  await settled();
  await input.advance(0, 0);
  return records();
}

test('lines are sent as they come, and half ones wait', async () => {
  pipe.write('{"n":1}\n{"n":');
  expect(await advance()).toEqual(['{"n":1}']);
  pipe.write('2}\n');
  expect(await advance()).toEqual(['{"n":1}', '{"n":2}']);
  expect(input.status).toEqual({ kind: 'stdin', sent: 2, waiting: 0, done: false });
});

test('at its end it is a replay that is done, with its last line', async () => {
  const topology = new SendingTopology(stores.topology, [input]);
  pipe.end('{"n":1}\n{"n":2}');
  await settled();
  expect(await topology.probe(CLICKS.name, SHARD, null)).toBe('recordsWaiting');
  expect(input.isDone).toBe(false);
  expect(await advance()).toEqual(['{"n":1}', '{"n":2}']);
  expect(input.status.done).toBe(true);
  expect(await topology.probe(CLICKS.name, SHARD, { sequence: '2', index: 0 })).toBe('replayed');
});

test('its writer waits where more comes than is taken', async () => {
  const line = `{"text":"${'x'.repeat(2000)}"}\n`;
  let written = 0;
  const write = () => {
    while (written < 30_000 && !pipe.writableNeedDrain) {
      pipe.write(line);
      written++;
    }
  };
  pipe.on('drain', write);
  write();
  await settled();
  const held = written;
  expect(input.status.waiting).toBeGreaterThan(4000);
  expect(held).toBeLessThan(6000);
  await settled();
  expect(written).toBe(held);
  await input.advance(0, 0);
  expect(input.isBehind).toBe(true);
  pipe.on('drain', () => written === 30_000 && pipe.end());
  for (let round = 0; round < 100 && !input.isDone; round++) {
    await settled();
    await input.advance(0, 0);
  }
  expect(input.status).toMatchObject({ sent: 30_000, done: true });
  expect(input.isBehind).toBe(false);
});

test('what goes wrong with reading is told', async () => {
  pipe.destroy(new Error('The pipe broke.'));
  await settled();
  await expect(input.advance(0, 0)).rejects.toThrow('The pipe broke.');
});
