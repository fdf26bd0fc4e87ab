import { packed } from './events.ts';
import { JOINED, joinLines } from './joins.ts';
import { Bench, type Counts, format, print } from './measure.ts';
import { FRAUD, paymentLines } from './patterns.ts';

/** Batches of 5 seconds of each stream in five minutes. */
const ROUNDS = 60;
const SPAN_MS = 300_000;
const EVENTS_A_COMMIT = [10, 100, 1000, 10_000] as const;

/** What was written and read for a log alone: not the checkpoint, and not the view above it. */
interface LogUnits {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly puts: number;
  readonly gets: number;
  readonly kilobytesPut: number;
}

interface LogCosts {
  /** Of one commit of one stream: the segments that it writes, until they are deleted. */
  readonly commit: LogUnits;
  /** That a commit has in the table, before anything is finalized. */
  readonly heldBytes: number;
  /** Of one round that has something to do, about one a pane: progress and pages. */
  readonly round: LogUnits;
}

interface Case {
  readonly log: string;
  readonly pipeline: unknown;
  /** By the names of streams: a line an event, so many of each. */
  readonly lines: (events: number) => Readonly<Record<string, readonly string[]>>;
}

const both = (events: number) => joinLines(events, events, SPAN_MS);

export const LOG_CASES = {
  interval: { log: 'led_to', pipeline: JOINED['interval, 5 minutes, left'], lines: both },
  asOf: { log: 'last_click', pipeline: JOINED['as of, without tolerance'], lines: both },
  pattern: {
    log: 'tested',
    pipeline: FRAUD,
    lines: (events: number) => ({ payments: paymentLines(events, SPAN_MS / events) }),
  },
} satisfies Readonly<Record<string, Case>>;

/**
 * `npm run bench -- log-commits`: what the log of a join or pattern adds to a commit of one stream, and what a round of it takes, by
 * the events of a batch. All streams have as many events, and a round follows a batch of each. The cost model stands on this table.
 */
export async function benchLogCommits(): Promise<void> {
  print();
  print(
    `Logs: ${ROUNDS} commits of each stream in 5 minutes, a round after one of each; of one commit, and of one round`,
  );
  const head = ['events', 'of a', 'write units', 'read units', 'PUTs', 'GETs', 'KB put', 'bytes held'];
  print(`  ${'log'.padEnd(10)}${head.map((text) => text.padStart(12)).join('')}`);
  for (const [name, each] of Object.entries(LOG_CASES)) {
    for (const events of EVENTS_A_COMMIT) {
      const { commit, heldBytes, round } = await measureLogCommits(each, events);
      printUnits(name, [format(events), 'commit'], commit, format(heldBytes));
      printUnits(name, [format(events), 'round'], round, '');
    }
  }
}

function printUnits(name: string, of: readonly string[], units: LogUnits, held: string): void {
  const { writeUnits, readUnits, puts, gets, kilobytesPut } = units;
  const values = [
    ...of,
    format(writeUnits, 2),
    format(readUnits, 2),
    format(puts, 2),
    format(gets, 2),
    format(kilobytesPut, 1),
    held,
  ];
  print(`  ${name.padEnd(10)}${values.map((value) => value.padStart(12)).join('')}`);
}

/** `eventsPerCommit`: of each stream. */
export async function measureLogCommits(of: Case, eventsPerCommit: number): Promise<LogCosts> {
  const lines = of.lines(eventsPerCommit * ROUNDS);
  const commits = ROUNDS * Object.keys(lines).length;
  const isSegment = (kind: string) => kind === 'segment';
  const segments = await run(of, lines, eventsPerCommit, isSegment);
  const rest = await run(of, lines, eventsPerCommit, (kind) => !isSegment(kind));
  const held = await run(of, lines, eventsPerCommit, isSegment, false);
  return {
    commit: unitsOf(segments, commits),
    heldBytes: (held.bench.heldBytes + held.bench.objects.objectBytes) / commits,
    // The end of the streams is a round more.
    round: unitsOf(rest, rest.busyRounds + 1),
  };
}

function unitsOf({ bench, idleReads }: Run, of: number): LogUnits {
  return {
    writeUnits: bench.writeUnits / of,
    readUnits: (bench.readUnits - idleReads) / of,
    puts: bench.puts / of,
    gets: bench.gets / of,
    kilobytesPut: (bench.objects.objectBytes + bench.pages.objectBytes) / of / 1024,
  };
}

interface Run {
  readonly bench: Bench;
  /** Rounds in which the log had something to do, and what the others read. */
  readonly busyRounds: number;
  readonly idleReads: number;
}

/** `isOf`: whether items of such a kind are counted. */
async function run(
  { log, pipeline }: Case,
  lines: Readonly<Record<string, readonly string[]>>,
  eventsPerCommit: number,
  isOf: (kind: string) => boolean,
  isFinalized = true,
): Promise<Run> {
  // A partition names the view that it is of, with its fingerprint: `segment#led_to@…`, `progress#led_to@…`.
  const counts: Counts = (partition) => {
    const [kind, view] = partition.split('#');
    return isOf(kind as string) && view?.startsWith(`${log}@`) === true;
  };
  const bench = new Bench(pipeline, undefined, undefined, counts);
  const streams = await Promise.all(
    Object.entries(lines).map(async ([name, events]) => ({
      aggregator: await bench.aggregator(bench.streamOf(name)),
      batches: packed(events, eventsPerCommit, (text) => text),
    })),
  );
  const rounds = streams[0]?.batches.length ?? 0;
  let [busyRounds, idleReads] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    for (const { aggregator, batches } of streams) await aggregator.process(batches.slice(round, round + 1));
    if (!isFinalized) continue;
    const readBefore = bench.readUnits;
    if ((await bench.finalizeAll()).includes(log)) busyRounds++;
    // Nobody wakes a finalizer for nothing.
    else idleReads += bench.readUnits - readBefore;
  }
  if (isFinalized) await bench.end();
  return { bench, busyRounds, idleReads };
}
