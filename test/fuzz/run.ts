import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FuzzError, fuzz, TARGETS, type Target } from './fuzz.ts';

const HELP = `Give the decoder of records and the readers of stored state damaged bytes, and see that nothing breaks or is lost.

Usage: npm run fuzz -- [--inputs N] [--from N] [--only decoder|scanner|segments|items]

  --inputs N  how many damaged inputs for each (500,000)
  --from N    the seed of the first one (1); the message of a failure names its seed
  --only T    only the decoder of records, its scanner, the codec of segments, or the items that are text and pages

Prints inputs a second and what became of them. Ends with 1 where something did not hold.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '500000' },
      from: { type: 'string', default: '1' },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [inputs, from] = [Number(values.inputs), Number(values.from)];
  const targets = (Object.keys(TARGETS) as Target[]).filter((target) => (values.only ?? target) === target);
  if (!Number.isSafeInteger(inputs) || !Number.isSafeInteger(from) || inputs < 1 || targets.length === 0) {
    process.stderr.write('--inputs and --from are whole numbers, and --only is decoder, scanner, segments or items.\n');
    return 2;
  }
  for (const target of targets) {
    const started = performance.now();
    const outcomes = await fuzzAll(target, from, inputs);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    const perSecond = Math.round(inputs / ((performance.now() - started) / 1000));
    const all = [...outcomes].map(([outcome, times]) => `${outcome} ${times.toLocaleString('en-US')}`).join(', ');
    process.stdout.write(
      `${target}: ${inputs.toLocaleString('en-US')} inputs, ${perSecond.toLocaleString('en-US')} a second: ${all}\n`,
    );
  }
  return 0;
}

/** In slices: what zlib holds of a compressed input it lets go of only between two turns of the event loop. */
async function fuzzAll(target: Target, from: number, inputs: number): Promise<Map<string, number>> {
  const outcomes = new Map<string, number>();
  for (let done = 0; done < inputs; done += SLICE) {
    for (const [outcome, times] of fuzz(target, from + done, Math.min(SLICE, inputs - done))) {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
    }
    await setImmediate();
    if (process.stderr.isTTY) process.stderr.write(`\r${target}: ${done} of ${inputs}`);
  }
  return outcomes;
}

const SLICE = 1000;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof FuzzError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
