import { hash32 } from '../engine/hash/hash64.ts';
import {
  asOfJoin,
  count,
  intervalJoin,
  max,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../engine/index.ts';
import { packed } from './events.ts';
import { Bench, cpuSeconds, format, median, print } from './measure.ts';

const [CLICKS, PURCHASES, USERS] = [180_000, 20_000, 10_000];
const SPAN_MS = 600_000;
const PER_RECORD = 100;
/** Of a batch of the clicks, and of the purchases that come meanwhile: some ten seconds. */
const BATCHES = 60;
/** The first runs are those of the compiler; of the others the middle one counts. */
const [WARM_UP, RUNS] = [3, 7];

const clicks = stream('clicks', {
  schema: Type.Object({ user: Type.String(), page: Type.String(), referrer: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '5 seconds',
});
const purchases = stream('purchases', {
  schema: Type.Object({ buyer: Type.String(), amount: Type.Number(), note: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'buyer',
  maxLateness: '5 seconds',
});

const attribution = view(
  'attribution',
  intervalJoin('led_to', clicks, purchases, {
    type: 'left',
    on: { user: 'buyer' },
    between: ['0 minutes', '5 minutes'],
  }),
)
  .derive((e) => ({ amount: e.purchases.amount }))
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ rows: count(), purchases: count(e.amount), most: max(e.amount) }));
const preceded = view('preceded', asOfJoin('last_click', purchases, clicks, { on: { buyer: 'user' } }))
  .derive((e) => ({ amount: e.purchases.amount, page: e.clicks.page }))
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ rows: count(), clicked: count(e.page), most: max(e.amount) }));

export const JOINED = {
  'interval, 5 minutes, left': pipeline('bench_interval_join', [attribution]),
  'as of, without tolerance': pipeline('bench_as_of_join', [preceded]),
};

/** What a join costs from the events to the rows of a view of it, and what its logs write. */
export async function benchJoins(): Promise<void> {
  const events = CLICKS + PURCHASES;
  const lines = joinLines(CLICKS, PURCHASES);
  print();
  print(
    `Joins: ${format(CLICKS)} clicks and ${format(PURCHASES)} purchases of ${format(USERS)} keys in 10 minutes, ${BATCHES} batches of each; by CPU time, the middle of ${RUNS} runs`,
  );
  const head = [
    'events/s',
    'of parsing',
    'aggregate',
    'finalize',
    'write units',
    'PUTs',
    'both in units',
    'read units',
  ];
  print(`  ${''.padEnd(28)}${head.map((text) => text.padStart(14)).join('')}`);
  for (const [name, exported] of Object.entries(JOINED)) {
    const parsing = await median(() => cpuSeconds(() => parseAll(lines)));
    // Stores of runs that are over would be in the collector's way.
    let bench = new Bench(exported);
    const runs: Costs[] = [];
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      bench = new Bench(exported);
      runs.push(await costsOf(bench, lines));
    }
    const { aggregating, ending } = middleOf(runs.slice(WARM_UP));
    const seconds = aggregating + ending;
    const per1000 = (n: number, digits = 1) => format((n * 1000) / events, digits);
    const values = [
      format(events / seconds),
      format(parsing / seconds, 2),
      format(events / aggregating),
      format(events / ending),
      per1000(bench.writeUnits),
      per1000(bench.puts, 2),
      per1000(bench.pricedUnits),
      per1000(bench.readUnits, 2),
    ];
    print(`  ${name.padEnd(28)}${values.map((value) => value.padStart(14)).join('')}`);
  }
  print(
    '  of parsing: a share of the events/s of bare JSON.parse of the same lines; aggregate and finalize in events/s, each alone;',
  );
  print('  units and PUTs by 1,000 events');
}

function parseAll({ clicks, purchases }: ReturnType<typeof joinLines>): void {
  for (const line of clicks) JSON.parse(line);
  for (const line of purchases) JSON.parse(line);
}

interface Costs {
  /** Seconds of CPU. */
  readonly aggregating: number;
  readonly ending: number;
}

async function costsOf(bench: Bench, lines: ReturnType<typeof joinLines>): Promise<Costs> {
  let aggregating = 0;
  for (const stream of ['clicks', 'purchases'] as const) {
    const records = packed(lines[stream], PER_RECORD, (text) => text);
    const perBatch = Math.ceil(records.length / BATCHES);
    aggregating += await cpuSeconds(() => bench.aggregate(records, perBatch, undefined, bench.streamOf(stream)));
  }
  return { aggregating, ending: await cpuSeconds(() => bench.end()) };
}

function middleOf(runs: readonly Costs[]): Costs {
  const sorted = runs.toSorted((a, b) => a.aggregating + a.ending - b.aggregating - b.ending);
  return sorted[sorted.length >> 1] as Costs;
}

/** So many clicks and purchases, evenly over the time. */
export function joinLines(clicks: number, purchases: number, spanMs = SPAN_MS) {
  return { clicks: clickLines(clicks, spanMs), purchases: purchaseLines(purchases, spanMs) };
}

function clickLines(events: number, spanMs: number): string[] {
  return linesOf('click', events, spanMs, (user, at, pick) => ({
    user,
    page: `/products/${pick % 1000}`,
    referrer: 'https://search.example/results',
    at,
  }));
}

function purchaseLines(events: number, spanMs: number): string[] {
  return linesOf('purchase', events, spanMs, (buyer, at, pick) => ({
    buyer,
    amount: (pick % 10_000) / 100,
    note: 'leave it with the neighbours',
    at,
  }));
}

/** Evenly over the time, each moved up to two seconds out of order. */
function linesOf(
  kind: string,
  events: number,
  spanMs: number,
  make: (user: string, at: number, pick: number) => object,
): string[] {
  const startMs = Date.UTC(2026, 0, 1);
  return Array.from({ length: events }, (_, i) => {
    const pick = hash32(`${kind} ${i}`);
    const at = startMs + Math.floor((i * spanMs) / events) + (pick % 2000);
    return JSON.stringify(make(`user-${hash32(`${kind} user ${i}`) % USERS}`, at, pick));
  });
}
