import { count, pattern, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { finalizeView } from '../engine/finalize/finalizer.ts';
import { hash32 } from '../engine/hash/hash64.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { packed } from './events.ts';
import { Bench, CompiledBench, clock, format, print } from './measure.ts';
import { benchOpenMatches } from './open-matches.ts';
import { spreadOf } from './ratios.ts';

const EVENTS = 100_000;
const CARDS = 10_000;
const PER_RECORD = 110;
const RECORDS_PER_BATCH = 45;
const TURNS = 5;
/** From one payment to the next. */
const STEP_MS = 5;
const START_MS = Date.UTC(2026, 0, 1);

const payments = stream('payments', {
  schema: Type.Object({
    payment_id: Type.String(),
    card: Type.String(),
    kind: Type.String(),
    amount: Type.Number(),
    merchant: Type.String(),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'card',
  maxLateness: '10 seconds',
});

const tested = pattern('tested', payments, { partitionBy: 'card' })
  .begin('probe', (e) => e.kind.eq('probe'))
  .followedBy('retry', (e) => e.kind.eq('retry'))
  .followedBy('large', (e) => e.kind.eq('large'))
  .within('10 minutes')
  .select(({ probe, large }) => ({ probed: probe.amount, taken: large.amount }));

const frauds = view('frauds', tested)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ matches: count() }));

export const FRAUD = pipeline('fraud', [frauds]);

/**
 * `npm run bench -- patterns`: a sequence of three steps of which 1 % of the events pass the filters, from the bytes of records to
 * rows, beside bare `JSON.parse` of the same lines, in alternating turns and in the process's own time; then what open partial
 * matches take.
 */
export async function benchPatterns(): Promise<void> {
  const plan = compilePipeline(pipelineDefinition(FRAUD, 'bench/patterns.ts'));
  const lines = paymentLines(EVENTS, STEP_MS);
  const records = packed(lines, PER_RECORD, (text) => text);
  print();
  print(
    `Patterns: ${format(EVENTS)} events of ${format(CARDS)} cards, three steps, of which 1 % of the events pass one`,
  );
  const seconds = { parse: [] as number[], whole: [] as number[], ingest: [] as number[] };
  let written = { rows: 0, writeUnits: 0, pricedUnits: 0 };
  for (let turn = 0; turn <= TURNS; turn++) {
    const parse = userSeconds(() => parseAll(lines));
    const bench = new Bench(new CompiledBench(plan));
    const ingest = await userSeconds(() => bench.aggregate(records, RECORDS_PER_BATCH));
    written = { ...written, writeUnits: bench.writeUnits, pricedUnits: bench.pricedUnits };
    await endStream(bench.stream, bench.stores.state);
    const ports = { ...bench.stores, clock };
    let rows = 0;
    const finalize = await userSeconds(async () => {
      for (const each of plan.finalized) rows += (await finalizeView(each, 0, ports)).rowsWritten;
    });
    written = { ...written, rows };
    if (turn === 0) continue;
    seconds.parse.push(await parse);
    seconds.ingest.push(ingest);
    seconds.whole.push(ingest + finalize);
  }
  const parse = spreadOf(seconds.parse).middle;
  for (const [name, took] of [
    ['bare JSON.parse', seconds.parse],
    ['to the log', seconds.ingest],
    ['to rows', seconds.whole],
  ] as const) {
    const { middle } = spreadOf(took);
    print(
      `  ${name.padEnd(20)} ${format(EVENTS / middle).padStart(10)} events/s   ${format(parse / middle, 2).padStart(5)} of JSON.parse`,
    );
  }
  print(
    `  ${format(written.rows)} rows of the minutes' matches; ${format((written.writeUnits * 1000) / EVENTS, 1)} write units per 1,000 events, ${format((written.pricedUnits * 1000) / EVENTS, 1)} with PUTs as 8`,
  );
  benchOpenMatches();
}

async function userSeconds(work: () => unknown): Promise<number> {
  const started = process.cpuUsage().user;
  await work();
  return (process.cpuUsage().user - started) / 1e6;
}

function parseAll(lines: readonly string[]): void {
  let fields = 0;
  for (const line of lines) fields += Object.keys(JSON.parse(line)).length;
  if (fields !== lines.length * 6) throw new Error(`The lines have ${fields} fields.`);
}

/** Payments a hundredth of which are a probe, a retry or a large amount, of few cards, so that some go through all three. */
export function paymentLines(events: number, stepMs: number): string[] {
  return Array.from({ length: events }, (_, index) => {
    const pick = hash32(`payment ${index}`);
    const isStep = index % 100 === 0;
    const step = Math.floor(index / 100);
    return JSON.stringify({
      payment_id: `01J${String(index).padStart(10, '0')}${String(pick).padStart(10, '0')}`,
      card: `card-${String(isStep ? Math.floor(step / 3) % 50 : pick % CARDS).padStart(8, '0')}`,
      kind: isStep ? (['probe', 'retry', 'large'] as const)[step % 3] : 'payment',
      amount: (pick % 100_000) / 100,
      merchant: `https://shop.example/merchants/${String(pick % 1000).padStart(7, '0')}`,
      at: new Date(START_MS + Math.floor(index * stepMs)).toISOString(),
    });
  });
}
