import type { SourceRecord } from '../engine/decode/source-record.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { clickLines, packed, unpacked } from './events.ts';
import { BATCH, Bench, CompiledBench } from './measure.ts';
import { hotPipelines, pipelines } from './pipeline.ts';

/** What one run measures of a tree. Less is better in all of them. */
export interface Figure {
  readonly unit: string;
  readonly run: () => Promise<number>;
}

const EVENTS = 100_000;
const PER_RECORD = 100;
const HOT_BATCH = 20_000;

/** Bare `JSON.parse` of the same lines: what the other times are compared with. */
const lines = clickLines({ events: EVENTS, pages: 1000 });

/** By name. Times are of the process' own CPU, in all its threads, so what else the machine does counts little. */
export const FIGURES: Readonly<Record<string, Figure>> = {
  yardstick: { unit: 'µs an event', run: () => secondRun(async () => parseAll(), EVENTS) },
  packed: {
    unit: 'µs an event',
    run: () =>
      aggregate(
        packed(lines, PER_RECORD, (text) => text),
        BATCH / PER_RECORD,
      ),
  },
  unpacked: { unit: 'µs an event', run: () => aggregate(unpacked(lines), BATCH) },
  'many-groups': {
    unit: 'µs an event',
    run: () => aggregate(unpacked(clickLines({ events: EVENTS, pages: 100_000 })), BATCH),
  },
  'hot-1-view': { unit: 'µs an event', run: () => hot('1 view') },
  'hot-4-views': { unit: 'µs an event', run: () => hot('4 views') },
  'hot-16-views': { unit: 'µs an event', run: () => hot('16 views') },
  finalize: { unit: 'µs a row', run: finalize },
  'units-1000': { unit: 'write units per 1,000 events', run: () => writeUnits(1000) },
  'units-100000': { unit: 'write units per 1,000 events', run: () => writeUnits(100_000) },
};

function parseAll(): number {
  let keys = 0;
  for (const line of lines) keys += JSON.parse(line) === null ? 0 : 1;
  return keys;
}

/**
 * The process' own time since an instant, in all its threads. How much of it is the program's and how much the kernel's is known by
 * ticks of some milliseconds alone, so both count. (It is here, and not with what else benches share: `--against` brings only this file.)
 */
export function cpuMicroseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

/** The second of two runs: the first warms the compiler up. */
async function secondRun(run: () => Promise<unknown>, per: number): Promise<number> {
  await run();
  const before = process.cpuUsage();
  await run();
  return cpuMicroseconds(before) / per;
}

function aggregate(records: SourceRecord[], perBatch: number): Promise<number> {
  return secondRun(() => new Bench(pipelines.pages).aggregate(records, perBatch), EVENTS);
}

/** Batches of 20,000 in a container that is warm: compiled once, and run until all is compiled to machine code. */
async function hot(name: keyof typeof hotPipelines): Promise<number> {
  const plan = compilePipeline(pipelineDefinition(hotPipelines[name], 'bench/pipeline.ts'));
  const records = packed(lines, PER_RECORD, (text) => text);
  const run = () => new Bench(new CompiledBench(plan)).aggregate(records, HOT_BATCH / PER_RECORD);
  await run();
  await run();
  return secondRun(run, EVENTS);
}

async function finalize(): Promise<number> {
  const groups = 20_000;
  const benches = await Promise.all([filled(groups), filled(groups)]);
  let rows = 0;
  const spent = await secondRun(async () => {
    const bench = benches.pop() as Bench;
    rows = (await bench.finalize()).rowsWritten;
  }, 1);
  return spent / rows;
}

async function filled(pages: number): Promise<Bench> {
  const bench = new Bench(pipelines.pages);
  await bench.aggregate(unpacked(clickLines({ events: EVENTS, pages })), BATCH);
  await endStream(bench.stream, bench.stores.state);
  return bench;
}

async function writeUnits(pages: number): Promise<number> {
  const bench = new Bench(pipelines.pages);
  await bench.aggregate(unpacked(clickLines({ events: EVENTS, pages })), BATCH);
  // Other commits may have no objects.
  return ((bench.pricedUnits ?? bench.writeUnits) * 1000) / EVENTS;
}

/** `node bench/figures.ts NAME…`: prints them as JSON, for `--against`. */
if (import.meta.main) {
  const measured: Record<string, number> = {};
  for (const name of process.argv.slice(2)) measured[name] = (await FIGURES[name]?.run()) ?? Number.NaN;
  process.stdout.write(JSON.stringify(measured));
}
