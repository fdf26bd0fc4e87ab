import { parseArgs } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { benchAgainst } from './against.ts';
import { benchAggregates } from './aggregates.ts';
import { benchCommits } from './commits.ts';
import { benchCompression } from './compression.ts';
import { clickLines, packed, unpacked } from './events.ts';
import { FIGURES } from './figures.ts';
import { benchFolding } from './folding.ts';
import { benchFormats } from './formats.ts';
import { benchHot } from './hot.ts';
import { benchJoins } from './joins.ts';
import { benchLake } from './lake.ts';
import { benchLogCommits } from './log-commits.ts';
import { BATCH, Bench, cpuSeconds, format, median, print } from './measure.ts';
import { benchPatterns } from './patterns.ts';
import { pipelines } from './pipeline.ts';
import { benchSideOutputs } from './side-outputs.ts';
import { benchSteady } from './steady.ts';

/**
 * `npm run bench`: what one core does, and what the state costs to write. Fixed events; no AWS, no network: the in-memory
 * store stands in for DynamoDB, and write units are counted by DynamoDB's rule from the sizes of the items.
 */
async function benchDecode(): Promise<void> {
  const events = 300_000;
  const lines = clickLines({ events, pages: 1000 });
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / events;
  print(
    `Decode and aggregate, by CPU time, ${format(events)} events of ${format(bytes)} bytes, 1,000 groups, batches of ${format(BATCH)} events`,
  );
  const inputs: [string, SourceRecord[], number][] = [
    ['one event a record', unpacked(lines), BATCH],
    ['100 events a record, plain', packed(lines, 100, (text) => text), BATCH / 100],
    ['1,000 events a record, zstd', packed(lines, 1000, (text) => zstdCompressSync(text)), BATCH / 1000],
  ];
  for (const [name, records, perBatch] of inputs) {
    const seconds = await median(() => cpuSeconds(() => new Bench(pipelines.pages).aggregate(records, perBatch)));
    print(`  ${name.padEnd(30)} ${format(events / seconds).padStart(10)} events/s of one core`);
  }
}

async function benchState(): Promise<void> {
  print();
  print(
    'State written by 1,000 events: count, conditional count and approxCountDistinct by page, a PUT as 8 write units',
  );
  const columns = ['groups', 'batch', 'bytes', 'write units', 'PUTs', 'both in units', 'units if all are items'];
  print(`  ${columns.map((name) => name.padStart(11)).join(' ')}`);
  for (const [pages, batch] of [
    [10, BATCH],
    [1000, BATCH],
    [1000, 4 * BATCH],
    [100_000, BATCH],
  ] as const) {
    const events = 200_000;
    const bench = new Bench(pipelines.pages);
    const asItems = new Bench(pipelines.pages, undefined, Number.POSITIVE_INFINITY);
    for (const each of [bench, asItems]) await each.aggregate(unpacked(clickLines({ events, pages })), batch);
    const per1000 = (n: number, digits = 1) => format((n * 1000) / events, digits);
    const written = [per1000(bench.bytesWritten, 0), per1000(bench.writeUnits), per1000(bench.puts, 2)];
    const values = [format(pages), format(batch), ...written, per1000(bench.pricedUnits), per1000(asItems.writeUnits)];
    print(`  ${values.map((value) => value.padStart(11)).join(' ')}`);
  }
}

async function benchFinalize(): Promise<void> {
  print();
  print('Finalize: merging segments and writing rows, in memory');
  for (const pages of [1000, 100_000]) {
    const bench = new Bench(pipelines.pages);
    await bench.aggregate(unpacked(clickLines({ events: 200_000, pages })), BATCH);
    await printFinalize(bench, `${format(pages)} groups`);
  }
}

async function printFinalize(bench: Bench, name: string): Promise<void> {
  await endStream(bench.stream, bench.stores.state);
  const started = performance.now();
  const { rowsWritten } = await bench.finalize();
  const ms = performance.now() - started;
  print(`  ${name.padEnd(30)} ${format(rowsWritten)} rows, ${format((ms * 1000) / rowsWritten, 1)} ms per 1,000 rows`);
}

/** What an event costs more where it is in sixty windows than where it is in one. Measured in turns. */
async function benchSliding(): Promise<void> {
  const events = 300_000;
  const records = unpacked(clickLines({ events, pages: 1000 }));
  print();
  print(`Overlap: ${format(events)} events, 1,000 groups, batches of ${format(BATCH)}; the same events in turns`);
  const seconds = { minutes: [] as number[], hours: [] as number[] };
  for (let turn = 0; turn < 8; turn++) {
    for (const name of ['minutes', 'hours'] as const) {
      const took = await new Bench(pipelines[name]).aggregate(records, BATCH);
      if (turn > 0) seconds[name].push(took);
    }
  }
  const middle = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] as number;
  const [tumbling, sliding] = [middle(seconds.minutes), middle(seconds.hours)];
  print(`  tumbling, 1 minute             ${format(events / tumbling).padStart(10)} events/s`);
  print(`  sliding, 1 hour every minute   ${format(events / sliding).padStart(10)} events/s`);
  print(
    `  one event in 60 windows costs  ${format(sliding / tumbling, 2).padStart(10)} times one in the pane's window`,
  );
  for (const name of ['minutes', 'hours'] as const) {
    const bench = new Bench(pipelines[name]);
    await bench.aggregate(records, BATCH);
    await printFinalize(bench, name === 'minutes' ? 'finalize tumbling' : 'finalize sliding');
  }
}

/** Three hours of 100,000 users, finalized along the way: all that the state costs, not the rows themselves. */
async function benchSessions(): Promise<void> {
  const events = 400_000;
  const users = 100_000;
  const records = unpacked(clickLines({ events, pages: 1000, users, stepMs: 27 }));
  const bench = new Bench(pipelines.sessions);
  let rows = 0;
  const seconds = await bench.aggregate(records, BATCH, async () => {
    rows += (await bench.finalize()).rowsWritten;
  });
  const { writeUnits: stateUnits, puts, pricedUnits } = bench;
  print();
  print(
    `Sessions: ${format(events)} events of ${format(users)} users in 3 hours, gap 30 minutes, batches of ${format(BATCH)}`,
  );
  print(`  write units per 1,000 events   ${format((stateUnits * 1000) / events, 1).padStart(10)} for the state`);
  print(`  PUTs per 1,000 events          ${format((puts * 1000) / events, 2).padStart(10)} for the state`);
  print(`  both, priced in write units    ${format((pricedUnits * 1000) / events, 1).padStart(10)} per 1,000 events`);
  print(`  rows written on the way        ${format(rows).padStart(10)}`);
  print(`  aggregate and finalize         ${format(events / seconds).padStart(10)} events/s`);
}

const PARTS: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  hot: benchHot,
  formats: benchFormats,
  decode: benchDecode,
  state: benchState,
  commits: () => benchCommits(),
  /** The same where nothing is an object, however large. */
  'commits-as-items': () => benchCommits(Number.POSITIVE_INFINITY),
  steady: benchSteady,
  'side-outputs': benchSideOutputs,
  finalize: benchFinalize,
  sliding: benchSliding,
  sessions: benchSessions,
  folding: ({ groups, windows }) => benchFolding(groups, windows),
  patterns: benchPatterns,
  joins: benchJoins,
  'log-commits': benchLogCommits,
  aggregates: benchAggregates,
  lake: benchLake,
  compression: benchCompression,
  // Synthesizing loads the CDK, which the others do without.
  imports: async () => (await import('./imports.ts')).benchImports(),
};

interface Options {
  readonly groups?: number;
  readonly windows?: number;
}

const HELP = `npm run bench -- [PART…] [--groups N] [--windows N]
npm run bench -- --against COMMIT [--turns 5] [FIGURE…]

Parts, all unless some are named:
  ${Object.keys(PARTS).join(', ')}
--groups and --windows are for folding. --against measures this tree and another commit in turns, and prints ratios, of figures:
  ${Object.keys(FIGURES).join(', ')}

  npm run bench -- joins patterns
  npm run bench -- folding --groups 100000 --windows 6
  npm run bench -- --against main --turns 7 packed
`;

async function main(): Promise<void> {
  const { positionals, values } = given();
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  if (values.against !== undefined) return benchAgainst(values.against, Number(values.turns), positionals);
  const options = {
    ...(values.groups !== undefined && { groups: Number(values.groups) }),
    ...(values.windows !== undefined && { windows: Number(values.windows) }),
  };
  for (const name of positionals.length === 0 ? Object.keys(PARTS) : positionals) await PARTS[name]?.(options);
}

function given() {
  try {
    const found = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        groups: { type: 'string' },
        windows: { type: 'string' },
        against: { type: 'string' },
        turns: { type: 'string', default: '5' },
      },
    });
    const known = found.values.against === undefined ? PARTS : FIGURES;
    const unknown = found.positionals.find((name) => known[name] === undefined);
    if (unknown !== undefined) throw new Error(`There is no '${unknown}' among ${Object.keys(known).join(', ')}.`);
    return found;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nnpm run bench -- --help says more.\n`);
    process.exit(2);
  }
}

await main();
