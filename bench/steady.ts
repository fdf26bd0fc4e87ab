import { endStream } from '../engine/sweep/sweep.ts';
import { clickLines, unpacked } from './events.ts';
import { Bench, clock, format, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** What is paid for whether events come or not: the sweep of each minute, and the least that finalizing costs. */
export async function benchSteady(): Promise<void> {
  print();
  print('Units of what comes by the clock, of one view');
  const bench = new Bench(pipelines.pages);
  const idle = await unitsOf(bench, MINUTES, (minute) => bench.sweep(clock.nowMs() + minute * MINUTE_MS));
  printUnits('a sweep before the first event', idle);
  await bench.aggregate(unpacked(clickLines({ events: 1, pages: 1 })), 1);
  const busy = await unitsOf(bench, MINUTES, () => bench.sweep(clock.nowMs()));
  printUnits('a sweep of an active shard', busy);
  await endStream(bench.stream, bench.stores.state);
  printUnits('finalizing one group of one commit', await unitsOf(bench, 1, () => bench.finalize()));

  const silent = new Bench(pipelines.pages);
  const arrived = unpacked(clickLines({ events: 1, pages: 1 })).map((each) => ({ ...each, arrivalMs: clock.nowMs() }));
  await silent.aggregate(arrived, 1);
  await silent.sweep(clock.nowMs() + MINUTES * MINUTE_MS);
  await silent.finalize();
  const raised = await unitsOf(
    silent,
    MINUTES,
    (minute) => silent.sweep(clock.nowMs() + (MINUTES + 1 + minute) * MINUTE_MS),
    // A sweep wakes the finalizers of what it made due.
    () => silent.finalize(),
  );
  printUnits('a sweep of a silent shard', raised);
}

interface Units {
  readonly writes: number;
  readonly reads: number;
}

/** On the average of several times, without what is done in between. */
async function unitsOf(
  bench: Bench,
  times: number,
  run: (index: number) => Promise<unknown>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Units> {
  let [writes, reads] = [0, 0];
  for (let index = 0; index < times; index++) {
    const before = { writes: bench.writeUnits, reads: bench.readUnits };
    await run(index);
    writes += bench.writeUnits - before.writes;
    reads += bench.readUnits - before.reads;
    await between();
  }
  return { writes: writes / times, reads: reads / times };
}

function printUnits(name: string, { writes, reads }: Units): void {
  print(`  ${name.padEnd(36)} ${format(writes, 1).padStart(6)} write units ${format(reads, 1).padStart(6)} read units`);
}

if (import.meta.main) await benchSteady();
