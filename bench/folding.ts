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

interface FoldingCase {
  readonly name: 'rolling' | 'changes' | 'zeroRows' | 'totals' | 'anomaly' | 'sessions';
  readonly groups: number;
  readonly events: number;
  readonly folds: number;
  readonly spanMs: number;
}

/** What carries state, and how often it is folded: the events, and over which time they come. */
const CASES: readonly FoldingCase[] = [
  ...(['rolling', 'changes', 'zeroRows', 'totals'] as const).flatMap((name) => [
    { name, groups: 1000, events: 120_000, folds: WINDOWS, spanMs: WINDOWS * WINDOW_MS },
    { name, groups: 100_000, events: 600_000, folds: WINDOWS, spanMs: WINDOWS * WINDOW_MS },
  ]),
  // Of 1,000 groups unless asked for: the detectors of 100,000 are 800 MB, which takes minutes.
  { name: 'anomaly', groups: 1000, events: 120_000, folds: WINDOWS, spanMs: WINDOWS * WINDOW_MS },
  { name: 'sessions', groups: 1000, events: 12_000, folds: SESSION_FINALIZATIONS, spanMs: SESSION_SPAN_MS },
  { name: 'sessions', groups: 100_000, events: 400_000, folds: SESSION_FINALIZATIONS, spanMs: SESSION_SPAN_MS },
];

/** Detectors of so many groups, each of which has two events in a window on average. */
function detectorsOf(groups: number, windows: number): FoldingCase {
  return { name: 'anomaly', groups, events: 2 * groups * windows, folds: windows, spanMs: windows * WINDOW_MS };
}

/**
 * What it costs to carry the states of groups from window to window: pages are written when the cutoff moves, and those of
 * groups without a change stay. The cost model stands on this table.
 *
 * @param groups detectors of so many groups, and nothing else.
 * @param windows of these.
 */
export async function benchFolding(groups?: number, windows = WINDOWS): Promise<void> {
  print();
  print(
    `Folding, by 1,000 rows: ${groups === undefined ? WINDOWS : windows} windows of five minutes, or three hours of sessions; columns look back on ten rows, detectors on all`,
  );
  const head = [
    'groups',
    '     rows',
    'write units',
    'read units',
    'PUTs',
    'GETs',
    'KB put',
    '$ a million rows',
    '   ms',
  ];
  print(`  ${''.padEnd(10)}${head.map((text) => text.padStart(text.length + 3)).join('')}`);
  for (const each of groups === undefined ? CASES : [detectorsOf(groups, windows)]) {
    if (each.name === 'anomaly') await withFullDetectors(() => printFolding(each));
    else await printFolding(each);
  }
}

async function printFolding({ name, groups, events, folds, spanMs }: FoldingCase): Promise<void> {
  const bench = new Bench(pipelines[name]);
  let [rows, ms] = [0, 0];
  const finalize = async () => {
    const started = performance.now();
    rows += (await bench.finalize()).rowsWritten;
    ms += performance.now() - started;
  };
  await bench.aggregate(
    unpacked(clickLines({ events, pages: groups, users: groups, stepMs: spanMs / events })),
    Math.ceil(events / folds),
    finalize,
  );
  await endStream(bench.stream, bench.stores.state);
  await finalize();
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
    format((ms * 1000) / rows),
  ];
  const widths = [9, 12, 14, 13, 7, 7, 9, 19, 8];
  print(`  ${name.padEnd(10)}${cells.map((text, index) => text.padStart(widths[index] as number)).join('')}`);
}
