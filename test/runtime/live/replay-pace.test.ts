import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';
import { stream, Timestamp, Type } from '../../../engine/index.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { Replayer } from '../../../runtime/live/replayer.ts';
import { SendingTopology } from '../../../runtime/live/sending-topology.ts';

const definition = stream('clicks', {
  schema: Type.Object({ user: Type.String(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 minute',
}) as unknown as StreamDefinition;
const SHARDS = ['shard-0000', 'shard-0001'];
/** By the hash of their names one goes into each shard. */
const USERS = ['ann', 'bob', 'cy', 'dee'];
const lineOf = (index: number) =>
  JSON.stringify({ user: USERS[index % USERS.length], at: '2021-06-01T00:00:00Z', index });
const NOW_MS = 1_000_000;

let dir: string;
let stores: EmbeddedStores;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replay-'));
  stores = openEmbedded(':memory:', { nowMs: () => NOW_MS });
  stores.log.createStream('clicks', 2);
});
afterEach(() => {
  stores.close();
  rmSync(dir, { recursive: true });
});

function fileOf(lines: readonly string[], name = 'clicks.jsonl'): string {
  const path = join(dir, name);
  const text = `${lines.join('\n')}\n`;
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

function open(file: string, eventsPerSecond = 10, atOnce = 0): Promise<Replayer> {
  return Replayer.open(definition, SHARDS, stores.log, { file, eventsPerSecond, atOnce });
}

/** Numbers of the lines in the log, by shard, in the order in which they were sent. */
function sent(): number[][] {
  return SHARDS.map((shard) =>
    stores.log
      .read('clicks', shard, null, 100_000)
      .map(({ data }) => (JSON.parse(Buffer.from(data).toString()) as { index: number }).index),
  );
}

const lines = Array.from({ length: 40 }, (_, index) => lineOf(index));
const inOrder = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

describe('a replay', () => {
  test.each(['clicks.jsonl', 'clicks.jsonl.gz'])(
    'of %s sends its lines at their pace, in order by shard',
    async (name) => {
      const replayer = await open(fileOf(lines, name));
      await replayer.advance(500, NOW_MS);
      expect(sent().flat()).toEqual([]);
      await replayer.advance(1500, NOW_MS);
      expect(inOrder(sent().flat())).toEqual(Array.from({ length: 10 }, (_, index) => index));
      await replayer.advance(2050, NOW_MS);
      expect(sent().flat()).toHaveLength(15);
      await replayer.advance(60_000, NOW_MS);
      expect(inOrder(sent().flat())).toEqual(lines.map((_, index) => index));
      for (const shard of sent()) {
        expect(shard.length).toBeGreaterThan(0);
        expect(shard).toEqual(inOrder(shard));
      }
      expect(replayer.status).toMatchObject({ sent: 40, total: 40, resumedAt: 0, done: true });
    },
  );

  test('sends what was before at once, and the rest at its pace, also where it goes on', async () => {
    const file = fileOf(lines);
    const replayer = await open(file, 10, 25);
    await replayer.advance(7000, NOW_MS);
    expect(inOrder(sent().flat())).toEqual(Array.from({ length: 25 }, (_, index) => index));
    await replayer.advance(7500, NOW_MS);
    expect(sent().flat()).toHaveLength(30);
    const next = await open(file, 10, 25);
    await next.advance(0, NOW_MS);
    expect(sent().flat()).toHaveLength(30);
    await next.advance(500, NOW_MS);
    expect(inOrder(sent().flat())).toEqual(Array.from({ length: 35 }, (_, index) => index));
    const more = await open(file, 10, 1000);
    await more.advance(0, NOW_MS);
    expect(sent().flat()).toHaveLength(40);
    expect(more.status).toMatchObject({ done: true, eventsPerSecond: 10 });
  });

  test('gives its events the time of day as their arrival, and goes at its pace whatever that is', async () => {
    const replayer = await open(fileOf(lines));
    await replayer.advance(0, NOW_MS);
    await replayer.advance(1000, NOW_MS + 9_000_000);
    await replayer.advance(2000, NOW_MS - 9_000_000);
    const arrivals = SHARDS.flatMap((shard) => stores.log.read('clicks', shard, null, 100)).map(
      ({ arrivalMs }) => arrivalMs,
    );
    expect(arrivals).toHaveLength(20);
    expect(new Set(arrivals)).toEqual(new Set([NOW_MS + 9_000_000, NOW_MS - 9_000_000]));
  });

  test('goes on with the next line when it is opened again, at its pace', async () => {
    const file = fileOf(lines);
    const first = await open(file);
    await first.advance(0, NOW_MS);
    await first.advance(1200, NOW_MS);
    const second = await open(file);
    expect(second.status).toMatchObject({ sent: 12, total: 40, resumedAt: 12, done: false });
    await second.advance(77_000, NOW_MS);
    expect(sent().flat()).toHaveLength(12);
    await second.advance(78_000, NOW_MS);
    expect(inOrder(sent().flat())).toEqual(Array.from({ length: 22 }, (_, index) => index));
  });

  test('that fell behind catches up over several rounds, 10,000 lines each', async () => {
    const many = Array.from({ length: 25_000 }, (_, index) => lineOf(index));
    const replayer = await open(fileOf(many), 100_000);
    await replayer.advance(0, NOW_MS);
    const totals: number[] = [];
    for (let round = 0; round < 4; round++) {
      await replayer.advance(10_000, NOW_MS);
      totals.push(replayer.status.sent);
    }
    expect(totals).toEqual([10_000, 20_000, 25_000, 25_000]);
  });
});

describe('what is still to be sent', () => {
  const probeAll = (replayer: Replayer) => {
    const topology = new SendingTopology(stores.topology, [replayer]);
    return Promise.all(
      SHARDS.map((shard) => {
        const last = stores.log.read('clicks', shard, null, 100).at(-1);
        return topology.probe('clicks', shard, last === undefined ? null : { sequence: last.sequence, index: 0 });
      }),
    );
  };

  test('waits for the shard that it goes to, and for no other', async () => {
    const file = fileOf(lines);
    await (await open(file)).advance(0, NOW_MS);
    const [ofFirst] = await splitByShard(file);
    const lopsided = [...lines.slice(0, 10), ...(ofFirst as readonly string[])];
    const replayer = await open(fileOf(lopsided, 'lopsided.jsonl'));
    await replayer.advance(0, NOW_MS);
    await replayer.advance(500, NOW_MS);
    expect(await probeAll(replayer)).toEqual(['recordsWaiting', 'recordsWaiting']);
    await replayer.advance(1100, NOW_MS);
    expect(await probeAll(replayer)).toEqual(['recordsWaiting', 'caughtUp']);
    await replayer.advance(60_000, NOW_MS);
    expect(await probeAll(replayer)).toEqual(['replayed', 'replayed']);
  });

  test('is counted anew when the replay is opened again', async () => {
    const file = fileOf(lines);
    const first = await open(file);
    await first.advance(0, NOW_MS);
    await first.advance(3900, NOW_MS);
    const second = await open(file);
    const waiting = SHARDS.filter((shard) => second.hasMoreFor(shard));
    expect(waiting).toHaveLength(1);
    await second.advance(0, NOW_MS);
    await second.advance(100, NOW_MS);
    expect(second.isDone).toBe(true);
    expect(SHARDS.filter((shard) => second.hasMoreFor(shard))).toEqual([]);
  });

  test('of a stream without a replay is not known: its shards are as the source says', async () => {
    const topology = new SendingTopology(stores.topology, []);
    expect(await topology.probe('clicks', 'shard-0000', null)).toBe('caughtUp');
    stores.log.append('clicks', 'shard-0000', [{ partitionKey: 'ann', data: Buffer.from('{}') }], NOW_MS);
    expect(await topology.probe('clicks', 'shard-0000', null)).toBe('recordsWaiting');
    expect(await topology.shards('clicks')).toHaveLength(2);
  });
});

/** The lines of a file by the shard that they go to. */
async function splitByShard(file: string): Promise<readonly (readonly string[])[]> {
  const elsewhere = openEmbedded(':memory:', { nowMs: () => NOW_MS });
  elsewhere.log.createStream('clicks', 2);
  const replayer = await Replayer.open(definition, SHARDS, elsewhere.log, { file, eventsPerSecond: 1000 });
  await replayer.advance(0, NOW_MS);
  await replayer.advance(10_000, NOW_MS);
  const found = SHARDS.map((shard) =>
    elsewhere.log.read('clicks', shard, null, 1000).map(({ data }) => Buffer.from(data).toString()),
  );
  elsewhere.close();
  return found;
}
