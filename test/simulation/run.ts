import { fork } from 'node:child_process';
import { explore, SMALL_CASES, SMALL_FAULTS, type SmallCaseName, type SmallFault } from './explore.ts';
import { HELP, type Options, parseOptions, UsageError } from './options.ts';
import type { PipelineName } from './pipelines.ts';
import { type Outcome, simulate } from './simulate.ts';
import { add, count, emptyTally, type Tally } from './tally.ts';

const print = (line = '') => process.stdout.write(`${line}\n`);
/** Failing seeds that are shown whole. */
const SHOWN = 5;

/** Seeds one after the other. A worker process tells its parent, the main one shows how far it is. */
async function simulateAll(
  { from, seeds, pipeline, trace, stop }: Options,
  onSeed: (done: number) => void,
): Promise<Tally> {
  const tally = emptyTally();
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = await simulate(seed, { trace, ...(pipeline !== null && { pipeline }) });
    count(tally, outcome);
    if (trace) showTrace(outcome);
    if (stop && tally.failed.length > 0) break;
    onSeed(tally.seeds);
  }
  return tally;
}

/** Divides the seeds among processes. */
async function simulateBeside(options: Options): Promise<Tally> {
  const share = Math.ceil(options.seeds / options.workers);
  const tally = emptyTally();
  const parts = Array.from({ length: options.workers }, (_, index) => {
    const from = options.from + index * share;
    const seeds = Math.min(share, options.from + options.seeds - from);
    return seeds <= 0 ? Promise.resolve() : worker(from, seeds, options.pipeline).then((part) => add(tally, part));
  });
  await Promise.all(parts);
  tally.failed.sort((a, b) => a.seed - b.seed);
  return tally;
}

function worker(from: number, seeds: number, pipeline: PipelineName | null): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const of = pipeline === null ? [] : ['--pipeline', pipeline];
    const args = ['--from', String(from), '--seeds', String(seeds), ...of];
    const child = fork(import.meta.filename, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (part) => resolve(part as Tally));
    child.on('exit', (code) => reject(new Error(`The worker of seed ${from} ended with ${code}.`)));
  });
}

async function exploreAll({ json }: Options): Promise<number> {
  let failed = 0;
  for (const name of Object.keys(SMALL_CASES) as SmallCaseName[]) {
    for (const fault of Object.keys(SMALL_FAULTS) as SmallFault[]) {
      const explored = await explore(name, fault);
      const { states, isWhole, ends, violations } = explored;
      if (violations.length > 0) failed++;
      const figures = `${name}, ${fault}: ${states.toLocaleString('en-US')} states, ${ends} ends${isWhole ? '' : ', not gone through to the end'}`;
      print(json ? JSON.stringify({ name, fault, ...explored }) : [figures, ...violations].join('\n  '));
    }
  }
  return failed === 0 ? 0 : 1;
}

function showTrace({ trace }: Outcome): void {
  for (const line of trace) print(line);
}

function report(tally: Tally, seconds: number): void {
  for (const { seed, pipeline, violations } of tally.failed.slice(0, SHOWN)) {
    print(
      `Seed ${seed} (${pipeline}) failed. For its trace: npm run simulate -- --seed ${seed} --pipeline ${pipeline}`,
    );
    for (const violation of violations.slice(0, SHOWN)) print(`  ${violation}`);
  }
  const format = (n: number, digits = 0) => n.toLocaleString('en-US', { maximumFractionDigits: digits });
  print(
    `${format(tally.seeds)} seeds, ${format(tally.events)} events, ${format(tally.steps)} steps; ${format(tally.seeds / seconds, 1)} seeds a second`,
  );
  const kinds = Object.entries(tally.faults).sort(([, a], [, b]) => b - a);
  print(`Faults injected: ${kinds.map(([kind, times]) => `${kind} ${format(times)}`).join(', ')}`);
  print(tally.failed.length === 0 ? 'All seeds passed.' : `${format(tally.failed.length)} seeds failed.`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.explore) return exploreAll(options);
  const started = performance.now();
  const onSeed = (done: number) => {
    if (process.stderr.isTTY && done % 20 === 0) process.stderr.write(`\r${done} of ${options.seeds} seeds`);
  };
  const tally = options.workers > 1 ? await simulateBeside(options) : await simulateAll(options, onSeed);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const seconds = (performance.now() - started) / 1000;
  if (process.send) process.send(tally);
  else if (options.json) print(JSON.stringify({ ...tally, seconds }));
  else report(tally, seconds);
  return tally.failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nnpm run simulate -- --help says more.\n`);
  process.exitCode = 2;
}
