import { parseArgs } from 'node:util';
import { PIPELINES, type PipelineName } from './pipelines.ts';

export const HELP = `Simulate the whole of streamgauge under faults, from seeded choices alone.

Usage: npm run simulate -- [--seeds N] [--from N] [--seed N] [--workers N] [--pipeline NAME] [--stop] [--json]
       npm run simulate -- --explore [--json]

  --seeds N        how many seeds, one after the other (1,000)
  --from N         the first of them (1)
  --seed N         one seed, with the trace of everything that happened
  --workers N      processes to divide the seeds among (1)
  --pipeline NAME  what is simulated, in place of what each seed draws
  --stop           stop at the first seed that fails
  --explore        no seeds: all interleavings of three small cases, with one fault of each kind; takes long
  --json           one JSON object at the end, or for each kind

Prints seeds a second and the faults that were injected, by kind; for a seed that fails what did not hold, and how to see
its trace. Ends with 1 where a seed failed, and with 2 where it was called wrongly.

Examples
  npm run simulate -- --seeds 10000 --workers 2
  npm run simulate -- --seed 4711
  npm run simulate -- --explore
`;

export interface Options {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
  /** In place of what each seed draws; null for that. */
  readonly pipeline: PipelineName | null;
  readonly trace: boolean;
  readonly stop: boolean;
  readonly explore: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function parseOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const seed = numberOf(values.seed, '--seed');
  return {
    from: seed ?? numberOf(values.from, '--from') ?? 1,
    seeds: seed === null ? (numberOf(values.seeds, '--seeds') ?? 1000) : 1,
    workers: numberOf(values.workers, '--workers') ?? 1,
    pipeline: pipelineOf(values.pipeline),
    trace: seed !== null,
    stop: values.stop ?? false,
    explore: values.explore ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        workers: { type: 'string' },
        pipeline: { type: 'string' },
        stop: { type: 'boolean' },
        explore: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function pipelineOf(name: string | undefined): PipelineName | null {
  if (name === undefined || Object.hasOwn(PIPELINES, name)) return name ?? null;
  throw new UsageError(`--pipeline is '${name}': it must be one of ${Object.keys(PIPELINES).join(', ')}.`);
}

function numberOf(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new UsageError(`${name} is '${text}': it must be a whole number from 1.`);
}
