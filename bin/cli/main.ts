import { StoreInUseError } from '../../adapters/embedded/store-lock.ts';
import { DefinitionError } from '../../engine/ir/errors.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { SideOutputIdError } from '../../engine/ports/dead-letter-store.ts';
import { BadQueryError } from '../../engine/query/errors.ts';
import { isSystemError, reasonOf } from '../../runtime/files/file-error.ts';
import { PipelineFileError } from '../../runtime/load-pipeline.ts';
import { costCommand } from '../commands/cost.ts';
import { deadLettersCommand } from '../commands/dead-letters.ts';
import { describeCommand } from '../commands/describe.ts';
import { devCommand } from '../commands/dev.ts';
import { eventsCommand } from '../commands/events.ts';
import { generateCommand } from '../commands/generate.ts';
import { initCommand } from '../commands/init.ts';
import { queryCommand } from '../commands/query.ts';
import { runCommand } from '../commands/run.ts';
import { sendCommand } from '../commands/send.ts';
import { silenceCommand } from '../commands/silence.ts';
import { sqlCommand } from '../commands/sql.ts';
import { tailCommand } from '../commands/tail.ts';
import { type Command, type CommandIo, EXIT_FAILURE, EXIT_IN_USE, EXIT_OK, EXIT_USAGE, UsageError } from './command.ts';

const COMMANDS: readonly Command[] = [
  devCommand,
  runCommand,
  queryCommand,
  tailCommand,
  eventsCommand,
  describeCommand,
  sqlCommand,
  generateCommand,
  sendCommand,
  deadLettersCommand,
  costCommand,
  silenceCommand,
  initCommand,
];

/** What a command was called before. */
const FORMER_NAMES: Readonly<Record<string, string>> = { start: 'dev' };

const HELP = `streamgauge: exactly-once, event-time analytics of streams, from one TypeScript file

Usage: streamgauge COMMAND [arguments]

Commands
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

streamgauge COMMAND --help says more about one.
`;

/** Runs the command line. Every failure becomes one sentence on stderr and an exit code. */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const [given, ...rest] = args;
  const name = presentName(given, io);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(HELP);
    return name === undefined ? EXIT_USAGE : EXIT_OK;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) {
    io.stderr.write(
      `streamgauge has no command '${name}'. It has ${COMMANDS.map((known) => known.name).join(', ')}.\n`,
    );
    return EXIT_USAGE;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(command.help);
    return EXIT_OK;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    return report(error, io);
  }
}

/** A command by the name that it has now. Whoever gives a former one is told. */
function presentName(given: string | undefined, io: CommandIo): string | undefined {
  const present = given !== undefined && Object.hasOwn(FORMER_NAMES, given) ? FORMER_NAMES[given] : undefined;
  if (present === undefined) return given;
  io.stderr.write(`streamgauge ${given} is called streamgauge ${present} now. The former name still works.\n`);
  return present;
}

function report(error: unknown, io: CommandIo): number {
  if (!(error instanceof Error)) throw error;
  io.stderr.write(`streamgauge: ${sentenceOf(error)}\n`);
  if (error instanceof StoreInUseError) return EXIT_IN_USE;
  if (
    [UsageError, BadQueryError, DefinitionError, PipelineFileError, SideOutputIdError].some(
      (kind) => error instanceof kind,
    )
  )
    return EXIT_USAGE;
  // Errors of this project are full sentences; one that is not is a fault, and its stack helps to find it.
  const isExplained = error instanceof StreamgaugeError || isSystemError(error);
  if (!isExplained || io.env.DEBUG) io.stderr.write(`${error.stack}\n`);
  return EXIT_FAILURE;
}

/** What the system refuses where nobody expected it is told with the call and the name that it was about. */
function sentenceOf(error: Error): string {
  if (!isSystemError(error)) return error.message;
  const about = error.path ?? error.syscall;
  return `The system refused '${error.syscall}' of ${about}: ${reasonOf(error)}`;
}
