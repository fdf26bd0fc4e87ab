import type { RecordScanner } from '../engine/decode/record-scanner.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { ColumnsBuilder, type ReadEvent } from '../engine/expression/columns-of.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type StreamPlan } from '../engine/plan/plan.ts';
import { clickLines, packed } from './events.ts';
import { cpuMicroseconds } from './figures.ts';
import { Bench, CompiledBench, format, print } from './measure.ts';
import { hotPipelines } from './pipeline.ts';
import { printBesideJsonParse } from './yardstick.ts';

/** In a record of 25 KB. */
const PER_RECORD = 110;
const RECORDS_PER_BATCH = 182;
const EVENTS = 40_040;
/**
 * The first stage in memory beside bare `JSON.parse` of the same lines, in alternating turns: the ratio of the two is what counts,
 * for machines differ. `columns alone` has its columns ready, and shows what is left when reading costs nothing.
 */
export async function benchHot(): Promise<void> {
  const lines = clickLines({ events: EVENTS, pages: 1000 });
  const records = packed(lines, PER_RECORD, (text) => text);
  print();
  print(
    `Hot path: ${format(EVENTS)} events, 1,000 groups, records of 25 KB, batches of ${RECORDS_PER_BATCH * PER_RECORD} events`,
  );
  const runs = new Map<string, () => Promise<number>>();
  for (const [name, exported] of Object.entries(hotPipelines)) {
    const plan = compilePipeline(pipelineDefinition(exported, 'bench/pipeline.ts'));
    const scanner = ready(plan.streams[0] as StreamPlan, records);
    runs.set(`${name}, one by one`, () => aggregate(plan, records, null));
    runs.set(name, () => aggregate(plan, records, (plan.streams[0] as StreamPlan).scanner));
    runs.set(`${name}, columns alone`, () => aggregate(plan, records, scanner));
  }
  await printBesideJsonParse(lines, runs);
}

async function aggregate(
  plan: PipelinePlan,
  records: readonly SourceRecord[],
  scanner: RecordScanner | null,
): Promise<number> {
  const streams = plan.streams.map((stream) => ({ ...stream, scanner }));
  const bench = new Bench(new CompiledBench({ ...plan, streams }));
  const started = process.cpuUsage();
  await bench.aggregate(records, RECORDS_PER_BATCH);
  return cpuMicroseconds(started) / 1e6;
}

/** Columns of all records, made beforehand. */
function ready(stream: StreamPlan, records: readonly SourceRecord[]): RecordScanner {
  const builder = new ColumnsBuilder(stream.columns?.fields ?? []);
  const stretches = new Map(records.map(({ data }) => [data, builder.columnsOf(eventsOf(stream, data), 0, data)]));
  return {
    beginCommit: () => undefined,
    openLines: () => null,
    open(data) {
      let next = stretches.get(data) ?? null;
      return {
        next() {
          const found = next;
          next = null;
          return found;
        },
      };
    },
  };
}

function eventsOf(stream: StreamPlan, data: Uint8Array): ReadEvent[] {
  return Buffer.from(data)
    .toString()
    .split('\n')
    .map((line) => {
      const event = JSON.parse(line);
      const validation = stream.validate(event, null, line);
      if (validation.kind !== 'valid') throw new Error(validation.message);
      return { event, timeMs: validation.timeMs, start: 0, end: 0 };
    });
}

if (import.meta.main) await benchHot();
