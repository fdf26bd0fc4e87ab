import { LIST_PRICES } from '../contracts/prices.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { clickLines, unpacked } from './events.ts';
import { BATCH, Bench, format, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const WINDOWS = 24;
const WINDOW_MS = 300_000;

/**
 * What it costs to carry the states of groups from window to window: pages are written when the cutoff moves, and those of
 * groups without a change stay. A view finalized after every batch, two hours of windows of five minutes.
 */
export async function benchFolding(): Promise<void> {
  print();
  print(`Folding: a rolling column over ten rows, ${WINDOWS} windows, finalized after every batch`);
  print(
    `  ${'groups'.padStart(8)} ${'rows'.padStart(10)} ${'write units per 1,000 rows'.padStart(28)} ${'PUTs per 1,000 rows'.padStart(22)} ${'dollars per million rows'.padStart(26)}`,
  );
  for (const [pages, events] of [
    [1000, 120_000],
    [100_000, 600_000],
  ] as const) {
    const bench = new Bench(pipelines.rolling);
    let rows = 0;
    const records = unpacked(clickLines({ events, pages, stepMs: (WINDOWS * WINDOW_MS) / events }));
    await bench.aggregate(records, BATCH, async () => {
      rows += (await bench.finalize()).rowsWritten;
    });
    await endStream(bench.stream, bench.stores.state);
    rows += (await bench.finalize()).rowsWritten;
    const { writeUnits, puts } = bench.pages;
    const per1000 = (n: number) => format((n * 1000) / rows, 1);
    const dollars =
      writeUnits * (LIST_PRICES.dynamoDbMillionWriteUnits / 1e6) + puts * (LIST_PRICES.s3ThousandPuts / 1000);
    print(
      `  ${format(pages).padStart(8)} ${format(rows).padStart(10)} ${per1000(writeUnits).padStart(28)} ${per1000(puts).padStart(22)} ${format((dollars * 1e6) / rows, 3).padStart(26)}`,
    );
  }
}
