import { count, pipeline, stream, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';
import { finalizeView } from '../engine/finalize/finalizer.ts';
import { readAnnounced } from '../engine/query/announced.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { BATCH, Bench, clock, format, print } from './measure.ts';

/**
 * `npm run bench:storms`: how many messages tell of incidents that begin in one window, by the view's buckets: each bucket groups
 * for itself.
 */
const START_MS = Date.UTC(2026, 0, 1);

function stormy(buckets: number) {
  const requests = stream('requests', {
    schema: Type.Object({ service: Type.String(), at: Timestamp('epoch-ms') }),
    eventTime: 'at',
    partitionKey: 'service',
    maxLateness: '0 ms',
  });
  const failing = view('failing', requests)
    .window(tumbling('1 minute'), { buckets })
    .groupBy('service')
    .aggregate(() => ({ requests: count() }))
    .alert('failing', { when: (row) => row.requests.gte(1), severity: 'critical', to: [terminal()] });
  return pipeline('stormy', [failing]);
}

/** All groups fail in one window, and are well in the next. */
async function messagesOf(groups: number, buckets: number) {
  const bench = new Bench(stormy(buckets));
  const records = Array.from({ length: groups }, (_, index) => ({
    sequence: String(index + 1),
    arrivalMs: null,
    partitionKey: null,
    data: Buffer.from(JSON.stringify({ service: `service-${index}`, at: START_MS + (index % 60_000) })),
  }));
  await bench.aggregate(records, BATCH);
  await endStream(bench.stream, bench.stores.state);
  for (let bucket = 0; bucket < buckets; bucket++) await finalizeView(bench.view, bucket, { ...bench.stores, clock });
  const messages = await readAnnounced(bench.view, bench.stores);
  const opened = messages.filter(({ kind }) => kind === 'opened');
  const grouped = opened.filter((message) => message.grouped !== null);
  return { opened: opened.length, grouped: grouped.length, all: messages.length };
}

print(
  'Messages about incidents that begin in one window and end in the next, with groupAbove as it is by default (20)',
);
print(
  `  ${['incidents', 'buckets', 'opened', 'of these grouped', 'in all'].map((name) => name.padStart(17)).join('')}`,
);
for (const groups of [15, 40, 10_000]) {
  for (const buckets of [1, 4, 16]) {
    const { opened, grouped, all } = await messagesOf(groups, buckets);
    const cells = [groups, buckets, opened, grouped, all].map((cell) => format(cell).padStart(17));
    print(`  ${cells.join('')}`);
  }
}
