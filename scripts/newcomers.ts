import { join } from 'node:path';
import { parseArguments } from '../bin/cli/arguments.ts';
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, UsageError } from '../bin/cli/command.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { CDK } from './newcomers/cdk.ts';
import { CLONE } from './newcomers/clone.ts';
import { CREATE } from './newcomers/create.ts';
import type { Newcomer } from './newcomers/newcomer.ts';
import { type Played, Playground } from './newcomers/playground.ts';

const NEWCOMERS: readonly Newcomer[] = [CLONE, CREATE, CDK];
const NAMES = NEWCOMERS.map(({ name }) => name);

const HELP = `Play the newcomers, each in an empty folder, and print how long each step takes them.

Usage: npm run newcomers -- [options]

${NEWCOMERS.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`).join('\n')}

  --only NAME  This newcomer alone. May be given several times.
  --warm       With npm's cache of this machine; otherwise each newcomer begins with an empty one.
  --keep       Leave the folders there, and say where they are.
  --json       One JSON object at the end. Progress goes to stderr.

It needs git, and the registry that npm is set up with. 'clone' plays with the Node of this machine, and the others with the one
that runs this. The clone is of the last commit: what is not committed is not played. Where there is no Python with boto3,
and pip cannot install it, that step is not run, which is said. Ends with 0 where no step failed, 1 where one did, and 2 where
it was called wrongly.

Examples
  npm run newcomers
  npm run newcomers -- --warm --only create --keep
`;

const OPTIONS = {
  only: { type: 'string', multiple: true },
  warm: { type: 'boolean' },
  keep: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const ROOT = join(import.meta.dirname, '..');

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments('newcomers', args, OPTIONS);
  const { only = NAMES, warm = false, keep = false, json = false, help = false } = values;
  if (help) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const unknown = [...positionals, ...only.filter((name) => !NAMES.includes(name))][0];
  if (unknown !== undefined) {
    throw new UsageError(`There is no newcomer '${unknown}': there are ${NAMES.join(', ')}, by --only.`);
  }
  const out = json ? process.stderr : process.stdout;
  const playground = new Playground(ROOT, warm, (line) => out.write(`${line}\n`));
  const played: Played[] = [];
  try {
    for (const newcomer of NEWCOMERS) if (only.includes(newcomer.name)) played.push(await playground.play(newcomer));
  } finally {
    playground.leave(keep);
  }
  const steps = played.flatMap((each) => each.steps);
  const [passed, failed, notRun] = (['passed', 'failed', 'not run'] as const).map(
    (wanted) => steps.filter(({ outcome }) => outcome === wanted).length,
  );
  out.write(
    `Newcomers, npm's cache ${warm ? 'warm' : 'cold'}: ${passed} steps passed, ${failed} failed, ${notRun} not run.\n`,
  );
  if (json) process.stdout.write(`${JSON.stringify({ npm_cache: warm ? 'warm' : 'cold', newcomers: played })}\n`);
  return failed === 0 ? EXIT_OK : EXIT_FAILURE;
}

// What was started ends too: it listens for this process's exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT_FAILURE));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StreamgaugeError ? `newcomers: ${error.message}` : error);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
}
