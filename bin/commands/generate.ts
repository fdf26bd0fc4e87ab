import { once } from 'node:events';
import { dirname } from 'node:path';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { generators } from '../../generate/index.ts';
import { FileError, reasonOf } from '../../runtime/files/file-error.ts';
import { gzipped } from '../../runtime/files/gzip.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { writeWhole } from '../../runtime/files/write-whole.ts';
import { parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, EXIT_OK, UsageError } from '../cli/command.ts';
import { durationOption } from '../cli/duration-option.ts';

const HELP = `Make events for a pipeline: the same seed gives the same events.

Usage: streamgauge generate PIPELINE [options]

Pipelines
${[...generators.values()].map(({ name, summary }) => `  ${name.padEnd(13)} ${summary}`).join('\n')}

  --events N        How many (default 100000).
  --seed S          A whole number (default 1).
  --disorder SPAN   How far an event may be behind the latest one before it, such as 30s (default 30s).
  --rate N          Events in a second of event time (default 200).
  --out FILE        Where to write them; .gz is packed (default: standard output).

Examples
  streamgauge generate clickstream --events 10000 --seed 7 --disorder 30s > clicks.jsonl
  streamgauge generate clickstream --events 1000000 --out clicks.jsonl.gz
`;

const OPTIONS = {
  events: { type: 'string' },
  seed: { type: 'string' },
  disorder: { type: 'string' },
  rate: { type: 'string' },
  out: { type: 'string' },
} as const;

/** Lines that are written at a time. */
const CHUNK_LINES = 500;

export const generateCommand: Command = {
  name: 'generate',
  help: HELP,
  options: OPTIONS,
  words: [...generators.keys()],
  async run(args, { stdout }) {
    const { values, positionals: given } = parseArguments('generate', args, OPTIONS);
    const { PIPELINE } = positionals('generate', given, ['PIPELINE']);
    const generator = generators.get(PIPELINE);
    if (!generator) {
      const names = [...generators.keys()];
      throw new UsageError(
        `There is no generator for '${PIPELINE}'.${didYouMean(PIPELINE, names)} There is one for ${names.join(', ')}.`,
      );
    }
    const { defaults } = generator;
    const lines = generator.generate({
      events: wholeNumber(values.events, '--events', defaults.events, 0, 1_000_000_000),
      seed: wholeNumber(values.seed, '--seed', defaults.seed, 0, Number.MAX_SAFE_INTEGER),
      disorderMs: durationOption(values.disorder, '--disorder', defaults.disorderMs),
      ratePerSecond: wholeNumber(values.rate, '--rate', defaults.ratePerSecond, 1, 100_000),
    });
    if (values.out === undefined) await writeTo(stdout, lines);
    else await writeFile(values.out, lines);
    return EXIT_OK;
  },
};

async function writeFile(path: string, lines: Iterable<string>): Promise<void> {
  await makeFolder(dirname(path));
  await writeWhole(path, path.endsWith('.gz') ? gzipped(chunks(lines)) : chunks(lines));
}

/** Standard output stays open; a reader that has seen enough (`| head`) ends the writing without an error. */
async function writeTo(stdout: NodeJS.WritableStream, lines: Iterable<string>): Promise<void> {
  let failure: NodeJS.ErrnoException | null = null;
  const onError = (error: NodeJS.ErrnoException) => {
    failure = error;
  };
  stdout.on('error', onError);
  try {
    for (const chunk of chunks(lines)) {
      if (failure !== null) break;
      if (!stdout.write(chunk)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(onError);
    }
  } finally {
    stdout.off('error', onError);
  }
  refuse(failure);
}

function refuse(failure: NodeJS.ErrnoException | null): void {
  if (failure === null || failure.code === 'EPIPE') return;
  throw new FileError(`Standard output cannot be written: ${reasonOf(failure)}`, { cause: failure });
}

function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    if (chunk.push(line) < CHUNK_LINES) continue;
    yield `${chunk.join('\n')}\n`;
    chunk = [];
  }
  if (chunk.length > 0) yield `${chunk.join('\n')}\n`;
}
