import type { registerHooks } from 'node:module';
import type { ParseArgsOptionDescriptor } from 'node:util';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** What a command talks to, so that tests can listen. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stdin?: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean; destroy?(): unknown };
  /** Node's own, by which `dev` sees what a pipeline imports. A test runner has modules of its own. */
  readonly registerHooks?: typeof registerHooks;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The options of a command by their names, as `parseArguments` takes them. */
export type Options = Readonly<Record<string, Option>>;

interface Option extends ParseArgsOptionDescriptor {
  /** The values that it can have, where they are a few words. Shells complete them; of other options they complete files. */
  readonly choices?: readonly string[];
}

export interface Command {
  readonly name: string;
  /** What `--help` shows: usage, options, examples. */
  readonly help: string;
  /** For completion, and for whoever lists what there is. */
  readonly options: Options;
  /** What the first argument can be, where it is one of a few words and no file. */
  readonly words?: readonly string[];
  /** Returns the exit code. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
/** The command line or the pipeline definition is wrong: nothing was done. */
export const EXIT_USAGE = 2;
/** What was done may or may not have had its effect: somebody has to look. */
export const EXIT_UNKNOWN = 3;
/** Another process uses the store: nothing was done, and the same command can be given later. */
export const EXIT_IN_USE = 4;
/** It is done, and most of what it read was no event: the format or the schema is most likely wrong. */
export const EXIT_DEAD = 5;

/** The command line is wrong. The message says what was found and what to write. */
export class UsageError extends StreamgaugeError {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}
