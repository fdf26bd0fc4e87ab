import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PipelinePlan } from '../../../engine/plan/plan.ts';
import { parseInstant } from '../../../engine/time/instant.ts';
import type { LiveInputOptions, TailOptions } from '../../../runtime/live/live-inputs.ts';
import type { ReplayOptions } from '../../../runtime/live/replayer.ts';
import { positionals } from '../../cli/arguments.ts';
import { type CommandIo, UsageError } from '../../cli/command.ts';
import { DEFAULT_EXAMPLE, exampleNamed } from './examples.ts';

/** Options as they were given. */
export interface GivenInputs {
  readonly input: readonly string[];
  readonly tail: readonly string[];
  readonly stdin: string | undefined;
}

export interface ToRun extends GivenInputs {
  readonly file: string;
  /** Events a second, unless said. */
  readonly rate: number;
  /** Events that come at once, unless said. */
  readonly atOnce: number;
}

/** How files are replayed. */
export type Pace = Pick<ReplayOptions, 'eventsPerSecond' | 'atOnce'>;

/** What a project that `init` made calls its pipeline. */
const OWN_PIPELINE = 'pipeline.ts';

/** A pipeline by its file, the one of this folder, or an example with its own data. */
export function whatToRun(given: readonly string[], example: string | undefined, inputs: GivenInputs): ToRun {
  if (given.length > 0 && example !== undefined) {
    throw new UsageError(
      `streamgauge dev was given the file '${given[0]}' and --pipeline ${example}: give one of them.`,
    );
  }
  const steady = { rate: 250, atOnce: 0 };
  if (given.length > 0) return { file: positionals('dev', given, ['PIPELINE']).PIPELINE, ...steady, ...inputs };
  if (example === undefined && existsSync(OWN_PIPELINE)) return { file: OWN_PIPELINE, ...steady, ...inputs };
  const { file, replays, rate, atOnce } = exampleNamed(example ?? DEFAULT_EXAMPLE);
  const hasInput = inputs.input.length > 0 || inputs.tail.length > 0 || inputs.stdin !== undefined;
  if (hasInput) return { file, ...steady, rate, ...inputs };
  return { file, rate, atOnce, ...inputs, input: replays };
}

/** @throws UsageError where an input is none, or is of a stream that the pipeline has not. */
export function parseInputs(
  { input, tail, stdin }: GivenInputs,
  pace: Pace,
  plan: PipelinePlan,
  io: Pick<CommandIo, 'stdin'>,
): LiveInputOptions {
  const replays = parseReplays(input, pace, plan);
  const tails = tail.map((text) => streamAndFile('--tail', text, plan));
  refuseTwice([...[...replays].map(([stream, { file }]) => ({ stream, file })), ...tails]);
  return {
    replays,
    tails,
    standardInput: stdin === undefined ? null : { stream: streamNamed(stdin, plan), source: pipeOf(io) },
  };
}

/** The time with which inputs begin, in milliseconds since 1970; null where they begin with their first line. */
export function startingPosition(given = 'oldest'): number | null {
  if (given === 'oldest') return null;
  const ms = parseInstant(given);
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(
    `--starting-position is '${given}', and must be 'oldest' or a time, such as 2026-03-01T00:00:00Z.`,
  );
}

/** A file that went into a stream in two ways would count twice. */
function refuseTwice(files: readonly TailOptions[]): void {
  const seen = new Set<string>();
  for (const { stream, file } of files) {
    const id = JSON.stringify([stream, resolve(file)]);
    if (seen.has(id)) {
      throw new UsageError(`The file ${file} is given twice for the stream '${stream}': each line would count twice.`);
    }
    seen.add(id);
  }
}

function parseReplays(given: readonly string[], pace: Pace, plan: PipelinePlan): ReadonlyMap<string, ReplayOptions> {
  const replays = new Map<string, ReplayOptions>();
  for (const text of given) {
    const { stream, file } = streamAndFile('--input', text, plan);
    if (file === '-')
      throw new UsageError(`--input is '${text}': for what comes in on a pipe, give --stdin ${stream}.`);
    const other = replays.get(stream);
    if (other !== undefined) {
      throw new UsageError(
        `--input names the stream '${stream}' twice, with ${other.file} and ${file}, and a stream takes one file at a time. Replay one after the other.`,
      );
    }
    replays.set(stream, { file, ...pace });
  }
  return replays;
}

function streamAndFile(option: string, text: string, plan: PipelinePlan): TailOptions {
  const [, stream, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (stream !== undefined && file !== undefined && streamNames(plan).includes(stream)) return { stream, file };
  throw new UsageError(
    `${option} is '${text}', and must be STREAM=FILE. Pipeline '${plan.name}' reads ${streamNames(plan).join(', ')}.`,
  );
}

function streamNamed(name: string, plan: PipelinePlan): string {
  if (streamNames(plan).includes(name)) return name;
  throw new UsageError(
    `--stdin is '${name}', and must be a stream. Pipeline '${plan.name}' reads ${streamNames(plan).join(', ')}.`,
  );
}

function pipeOf({ stdin }: Pick<CommandIo, 'stdin'>): NonNullable<CommandIo['stdin']> {
  if (stdin !== undefined) return stdin;
  throw new UsageError('--stdin needs standard input, and this process has none.');
}

function streamNames({ streams }: PipelinePlan): readonly string[] {
  return streams.map(({ name }) => name);
}
