import { LIST_PRICES } from '../contracts/prices.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { clickLines, unpacked } from './events.ts';
import { withFullDetectors } from './full-detectors.ts';
import { Bench, format, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const WINDOWS = 24;
const WINDOW_MS = 300_000;
/** Three hours of sessions with a gap of 30 minutes, finalized about every two minutes. */
const SESSION_FINALIZATIONS = 80;
const SESSION_SPAN_MS = 3 * 3_600_000;

/** What carries state, and how often it is folded: the events, and over which time they come. */
const CASES = [
  ...(['rolling', 'changes', 'zeroRows', 'totals'] as const).flatMap((name) => [
    { name, groups: 1000, events: 120_000, folds: WINDOWS, spanMs: WINDOWS * WINDOW_MS },
    { name, groups: 100_000, events: 600_000, folds: WINDOWS, spanMs: WINDOWS * WINDOW_MS },
  ]),
  // Of 1,000 groups alone: the detectors of 100,000 are 800 MB.
  { name: 'anomaly', groups: 1000, events: 120_000, folds: WINDOWS, spanMs: WINDOWS * WINDOW_MS },
  { name: 'sessions', groups: 1000, events: 12_000, folds: SESSION_FINALIZATIONS, spanMs: SESSION_SPAN_MS },
  { name: 'sessions', groups: 100_000, events: 400_000, folds: SESSION_FINALIZATIONS, spanMs: SESSION_SPAN_MS },
] as const;

/**
 * What it costs to carry the states of groups from window to window: pages are written when the cutoff moves, and those of
 * groups without a change stay. The cost model stands on this table.
 */
export async function benchFolding(): Promise<void> {
  print();
  print(
    `Folding, by 1,000 rows: ${WINDOWS} windows of five minutes, or three hours of sessions; columns look back on ten rows, detectors on all`,
  );
  const head = ['groups', '     rows', 'write units', 'read units', 'PUTs', 'GETs', 'KB put', '$ a million rows'];
  print(`  ${''.padEnd(10)}${head.map((text) => text.padStart(text.length + 3)).join('')}`);
  for (const each of CASES) {
    if (each.name === 'anomaly') await withFullDetectors(() => printFolding(each));
    else await printFolding(each);
  }
}

async function printFolding({ name, groups, events, folds, spanMs }: (typeof CASES)[number]): Promise<void> {
  const bench = new Bench(pipelines[name]);
  const records = unpacked(clickLines({ events, pages: groups, users: groups, stepMs: spanMs / events }));
  let rows = 0;
  await bench.aggregate(records, Math.ceil(events / folds), async () => {
    rows += (await bench.finalize()).rowsWritten;
  });
  await endStream(bench.stream, bench.stores.state);
  rows += (await bench.finalize()).rowsWritten;
  const { writeUnits, readUnits, puts, gets, objectBytes } = bench.pages;
  const of = LIST_PRICES;
  const dollars =
    (writeUnits * of.dynamoDbMillionWriteUnits) / 1e6 +
    (readUnits * of.dynamoDbMillionReadUnits) / 1e6 +
    (puts * of.s3ThousandPuts + gets * of.s3ThousandGets) / 1000;
  const per1000 = (n: number) => format((n * 1000) / rows, 2);
  const cells = [
    format(groups),
    format(rows),
    ...[writeUnits, readUnits, puts, gets, objectBytes / 1024].map(per1000),
    format((dollars * 1e6) / rows, 4),
  ];
  const widths = [9, 12, 14, 13, 7, 7, 9, 19];
  print(`  ${name.padEnd(10)}${cells.map((text, index) => text.padStart(widths[index] as number)).join('')}`);
}

if (import.meta.main) await benchFolding();
