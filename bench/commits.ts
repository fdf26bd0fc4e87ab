import { endStream } from '../engine/sweep/sweep.ts';
import { clickLines, packed } from './events.ts';
import { Bench, format, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const WINDOW_MS = 300_000;
/** Batches of 5 seconds in a window of 5 minutes. */
const COMMITS = 60;

/**
 * What one commit of a shard costs in DynamoDB's units, by the events of its batch and the groups that there are: with its
 * share of finalizing the window at its end, without the rows; and what of it lies in the table and in objects until then. The cost model
 * stands on this table, with items alone, and counts objects itself.
 */
export async function benchCommits(largestItemBytes?: number): Promise<void> {
  print();
  print(`Units of one commit, with its share of finalizing: ${COMMITS} commits of a shard in a window of 5 minutes`);
  print(
    `  ${'groups'.padStart(8)} ${'events a commit'.padStart(16)} ${'write units'.padStart(12)} ${'read units'.padStart(12)} ${'PUTs'.padStart(6)} ${'GETs'.padStart(6)} ${'bytes held'.padStart(12)}`,
  );
  for (const pages of [10, 1000, 100_000]) {
    for (const events of [10, 100, 1000, 10_000]) await printCommits(pages, events, largestItemBytes);
  }
}

async function printCommits(pages: number, eventsPerCommit: number, largestItemBytes?: number): Promise<void> {
  const bench = new Bench(pipelines.pages, undefined, largestItemBytes);
  const events = COMMITS * eventsPerCommit;
  const lines = clickLines({ events, pages, stepMs: WINDOW_MS / events });
  await bench.aggregate(
    packed(lines, eventsPerCommit, (text) => text),
    1,
  );
  const held = (bench.heldBytes + bench.objects.objectBytes) / COMMITS;
  await endStream(bench.stream, bench.stores.state);
  await bench.finalize();
  const [writes, reads] = [bench.writeUnits / COMMITS, bench.readUnits / COMMITS];
  print(
    `  ${format(pages).padStart(8)} ${format(eventsPerCommit).padStart(16)} ${format(writes, 1).padStart(12)} ${format(reads, 1).padStart(12)} ${format(bench.puts / COMMITS, 2).padStart(6)} ${format(bench.gets / COMMITS, 2).padStart(6)} ${format(held).padStart(12)}`,
  );
}

if (import.meta.main) await benchCommits();
