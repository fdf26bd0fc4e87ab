import { inspect } from 'node:util';
import { StoreInUseError } from '../../adapters/embedded/store-lock.ts';
import { DefinitionError } from '../../engine/ir/errors.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { SideOutputIdError } from '../../engine/ports/dead-letter-store.ts';
import { BadQueryError } from '../../engine/query/errors.ts';
import { isSystemError, reasonOf } from '../../runtime/files/file-error.ts';
import { PipelineFileError } from '../../runtime/load-pipeline.ts';
import { type CommandIo, EXIT_FAILURE, EXIT_IN_USE, EXIT_USAGE, UsageError } from './command.ts';

/** The command line or the pipeline is wrong: nothing was done. */
const OF_USAGE = [UsageError, BadQueryError, DefinitionError, PipelineFileError, SideOutputIdError];

/** Tells of a failure in one sentence on stderr, with `debug` also where it came from. Returns the exit code. */
export function report(error: unknown, { stderr }: Pick<CommandIo, 'stderr'>, debug: boolean): number {
  stderr.write(`streamgauge: ${sentenceOf(error)}\n`);
  if (debug) stderr.write(`${inspect(error)}\n`);
  if (error instanceof StoreInUseError) return EXIT_IN_USE;
  return OF_USAGE.some((kind) => error instanceof kind) ? EXIT_USAGE : EXIT_FAILURE;
}

/**
 * One line, whatever it is. Errors of this project are full sentences; what the system refuses where nobody expected it is told
 * with the call and the name that it was about; anything else is a fault of ours.
 */
function sentenceOf(error: unknown): string {
  if (error instanceof StreamgaugeError) return error.message.replaceAll('\n', ' ');
  if (isSystemError(error)) {
    return `The system refused '${error.syscall}' of ${error.path ?? error.syscall}: ${reasonOf(error)}`;
  }
  const missing = missingPackage(error);
  if (missing !== null) {
    return `This command needs the package ${missing}, which is not installed. Run npm install ${missing}; in a clone of streamgauge, npm ci brings all.`;
  }
  const what = firstLine(error instanceof Error ? error.message : String(error));
  return `This should not happen: ${what}. Give the command again with --debug, and report what it prints.`;
}

/** The package that Node looked for and did not find; null where the error is another one. */
function missingPackage(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) return null;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1] ?? null;
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('').replace(/\.$/, '');
}
