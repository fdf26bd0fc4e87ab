import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { openEmbedded } from '../adapters/embedded/index.ts';
import { monotonicClock } from '../adapters/system-clock.ts';
import { readEvents } from '../client/live-events.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { LiveApi } from '../runtime/live/live-api.ts';
import { LiveRuntime } from '../runtime/live/live-runtime.ts';
import { format, print } from './measure.ts';

/**
 * `npm run bench:tick`: what a round of the live runtime costs, with one page that reads, by how much is stored. All stores are
 * in one process and take turns. What is stored must make no difference.
 */
const MINUTE = 60_000;
const START_MS = Date.UTC(2026, 0, 1);
const GROUPS = 500;
const DEAD_SHARE = 0.1;
const ROUNDS = 60;
const WARM_UP_ROUNDS = 20;

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), bytes: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const byPage = view('by_page', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ clicks: count(), bytes: sum(e.bytes) }));
const plan = compilePipeline(pipelineDefinition(pipeline('bench', [byPage]), 'the bench'));

async function open(dir: string, rows: number) {
  let nowMs = START_MS + 30 * 86_400_000;
  const clock = { nowMs: () => nowMs };
  const stores = openEmbedded(join(dir, `${rows}.db`), clock);
  const runtime = await LiveRuntime.open({
    ...{ plan, stores, storePath: '', shards: 2, clock, monotonic: monotonicClock },
    replays: new Map(),
  });
  const key = plan.views[0]?.key as string;
  for (let at = 0; at < rows; at += GROUPS) {
    const windowStartMs = START_MS + (at / GROUPS) * MINUTE;
    await stores.results.put(
      Array.from({ length: GROUPS }, (_, group) => ({
        row: {
          ...{ view: key, windowStartMs, windowEndMs: windowStartMs + MINUTE, group: JSON.stringify([`/${group}`]) },
          ...{ revision: 1, epoch: 1, partial: false, lateEvents: 0, retracted: false, expiresAtSeconds: null },
          columns: JSON.stringify({ window_start: '', page: `/${group}`, clicks: 3, bytes: 700 }),
        },
        over: null,
      })),
    );
    await stores.deadLetters.put(
      Array.from({ length: GROUPS * DEAD_SHARE }, (_, index) => ({
        ...({ kind: 'dead', stream: 'clicks', shard: 'old', reason: 'not_json', message: 'x' } as const),
        ...{ position: { sequence: String(at + index), index: 0 }, arrivalMs: 0, bytes: Buffer.from('{') },
      })),
    );
  }
  const api = new LiveApi({
    ...{ plan: () => plan, status: () => runtime.status(), stores, clock, pageBuild: '' },
    onError: (error) => {
      throw error;
    },
  });
  const live = await api.fetch(new Request('http://localhost/api/live'));
  const events = readEvents(live.body as ReadableStream<Uint8Array>);
  let [sequence, cpuMicros] = [0, 0];
  const [shard] = stores.log.shards('clicks').map(({ id }) => id);
  return {
    stores,
    /** A second: events, then five rounds. */
    async second(isCounted: boolean): Promise<void> {
      nowMs += 1000;
      const entries = Array.from({ length: 100 }, () => ({
        partitionKey: 'a',
        data: Buffer.from(JSON.stringify({ page: `/${sequence++ % GROUPS}`, bytes: 1, at: nowMs })),
      }));
      stores.log.append('clicks', shard as string, entries, nowMs);
      const before = process.cpuUsage();
      for (let round = 0; round < 5; round++) {
        await runtime.tick();
        await api.tick(await runtime.status());
      }
      await events.next();
      const { user, system } = process.cpuUsage(before);
      if (isCounted) cpuMicros += user + system;
    },
    get millisPerRound(): number {
      return cpuMicros / 1000 / (5 * ROUNDS);
    },
    close: () => stores.close(),
  };
}

const dir = mkdtempSync(join(tmpdir(), 'tick-'));
try {
  const sizes = process.argv.slice(2).map(Number);
  const machines = [];
  for (const rows of sizes.length > 0 ? sizes : [5_000, 500_000]) {
    machines.push({ rows, machine: await open(dir, rows) });
  }
  for (let second = -WARM_UP_ROUNDS; second < ROUNDS; second++) {
    for (const { machine } of machines) await machine.second(second >= 0);
  }
  print(`A round with 20 events, ${GROUPS} groups and one page that reads`);
  for (const { rows, machine } of machines) {
    print(
      `  ${format(rows).padStart(10)} rows and ${format(rows * DEAD_SHARE).padStart(7)} dead letters stored: ${format(machine.millisPerRound, 2)} CPU ms a round`,
    );
    machine.close();
  }
} finally {
  rmSync(dir, { recursive: true });
}
