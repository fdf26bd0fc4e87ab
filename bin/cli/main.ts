import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { type CommandIo, EXIT_OK, EXIT_USAGE } from './command.ts';
import { COMMANDS, type KnownCommand } from './commands.ts';
import { report } from './report.ts';

/** What a command was called before. */
const FORMER_NAMES: Readonly<Record<string, string>> = { start: 'dev' };

const HELP = `streamgauge: exactly-once, event-time analytics of streams, from one TypeScript file

Usage: streamgauge COMMAND [arguments]

Commands
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

streamgauge help COMMAND says more about one, and streamgauge --version which version this is.
--debug, or STREAMGAUGE_DEBUG=1, shows beside an error where it came from.
`;

const DEBUG = '--debug';

/** Runs the command line. Every failure becomes one sentence on stderr and an exit code. */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const [given, ...rest] = args.filter((arg) => arg !== DEBUG);
  const name = presentName(given, io);
  switch (name) {
    case undefined:
      io.stdout.write(HELP);
      return EXIT_USAGE;
    case '--version':
      io.stdout.write(`streamgauge ${ownVersion()}\n`);
      return EXIT_OK;
    case 'help':
    case '--help':
    case '-h':
      return help(rest, io);
  }
  const command = commandNamed(name, io);
  if (command === null) return EXIT_USAGE;
  if (rest.includes('--help') || rest.includes('-h')) return help([name], io);
  try {
    return await (await command.load()).run(rest, io);
  } catch (error) {
    return report(error, io, isDebugging(args, io.env));
  }
}

/** A command by the name that it has now. Whoever gives a former one is told. */
function presentName(given: string | undefined, io: CommandIo): string | undefined {
  const present = given !== undefined && Object.hasOwn(FORMER_NAMES, given) ? FORMER_NAMES[given] : undefined;
  if (present === undefined) return given;
  io.stderr.write(`streamgauge ${given} is called streamgauge ${present} now. The former name still works.\n`);
  return present;
}

/** Whether whoever gave the command wants to see where an error came from. */
export function isDebugging(args: readonly string[], env: CommandIo['env']): boolean {
  return args.includes(DEBUG) || (env.STREAMGAUGE_DEBUG ?? '') !== '';
}

/** Of one command, where one is named, or of all. */
async function help([name]: readonly string[], io: CommandIo): Promise<number> {
  if (name === undefined) {
    io.stdout.write(HELP);
    return EXIT_OK;
  }
  const command = commandNamed(name, io);
  if (command === null) return EXIT_USAGE;
  io.stdout.write((await command.load()).help);
  return EXIT_OK;
}

/** Null where there is none, which it tells. */
function commandNamed(name: string, { stderr }: CommandIo): KnownCommand | null {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((known) => known.name);
  stderr.write(`streamgauge has no command '${name}'.${didYouMean(name, names)} It has ${names.join(', ')}.\n`);
  return null;
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
