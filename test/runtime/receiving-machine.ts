import { type EmbeddedStores, openEmbedded } from '../../adapters/embedded/index.ts';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../engine/plan/plan.ts';
import { readOpenWindows } from '../../engine/query/open-windows.ts';
import { startServer } from '../../runtime/http/server.ts';
import { eventReceivers } from '../../runtime/live/event-receivers.ts';
import { LiveApi } from '../../runtime/live/live-api.ts';
import { LiveRuntime } from '../../runtime/live/live-runtime.ts';

const clicks = stream('clicks', {
  schema: Type.Object({
    user: Type.String(),
    n: Type.Integer(),
    event_id: Type.Optional(Type.String()),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 minute',
});
const byUser = view('by_user', clicks)
  .window(tumbling('1 hour'))
  .groupBy('user')
  .aggregate(() => ({ events: count() }));

export const receivingPlan = compilePipeline(pipelineDefinition(pipeline('shop', [byUser]), 'this test'));

export const NOW_MS = Date.parse('2026-01-01T10:00:00Z');

/** One event; all fall into one window, which stays open. */
export function click(n: number, user = `user-${n % 13}`): string {
  return JSON.stringify({ user, n, at: '2026-01-01T10:00:00Z' });
}

const [viewPlan] = receivingPlan.views as [ViewPlan];

export interface ReceivingMachine {
  readonly stores: EmbeddedStores;
  readonly url: string;
  /** What the program was told, and clients were not. */
  readonly errors: readonly unknown[];
  /** Processes what came in, and gives the number of events by user. */
  counts(): Promise<ReadonlyMap<string, number>>;
  /** What lies in a shard: partition keys and texts. */
  shard(id: string): readonly (readonly [key: string, text: string])[];
  close(): Promise<void>;
}

/** A machine that takes events in over HTTP, and processes them when the test asks for counts. */
export async function startReceiving(shards = 3): Promise<ReceivingMachine> {
  const clock = { nowMs: () => NOW_MS };
  const stores = openEmbedded(':memory:', clock);
  const options = { plan: receivingPlan, stores, storePath: '', shards, clock, monotonic: clock };
  const runtime = await LiveRuntime.open({ ...options, replays: new Map() });
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const receivers = eventReceivers({ plan: () => receivingPlan, log: stores.log, clock, onError });
  const api = new LiveApi({
    ...{ plan: () => receivingPlan, status: () => runtime.status(), stores, clock, pageBuild: '', onError },
  });
  const server = await startServer({ port: 0, api, receivers });
  return {
    stores,
    url: server.url,
    errors,
    async counts() {
      await runtime.tick();
      const windows = await readOpenWindows(viewPlan, stores, 100);
      const rows = windows.flatMap((window) => window.rows.map(({ columns }) => columns));
      return new Map(rows.map(({ user, events }) => [String(user), Number(events)]));
    },
    shard: (id) =>
      stores.log
        .read('clicks', id, null, 100_000)
        .map(({ partitionKey, data }) => [String(partitionKey), Buffer.from(data).toString()] as const),
    async close() {
      await server.close();
      stores.close();
    },
  };
}
