import { existsSync } from 'node:fs';
import { systemClock } from '../../adapters/system-clock.ts';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { UsageError } from './command.ts';
import { defaultStorePath } from './store-path.ts';

/** Where the state of a pipeline lies: a store on this machine, or a stack. */
export const STATE_OPTIONS = {
  store: { type: 'string' },
  aws: { type: 'boolean' },
  stack: { type: 'string' },
  stage: { type: 'string' },
} as const;

export interface StateValues {
  readonly store?: string | undefined;
  readonly aws?: boolean | undefined;
  readonly stack?: string | undefined;
  readonly stage?: string | undefined;
}

export interface OpenState {
  readonly state: StateStore;
  close(): void;
}

/** The state that a command line names. What a kind of store needs is loaded only where that kind is asked for. */
export async function openState(
  pipeline: Pick<PipelineDefinition, 'name' | 'streams'>,
  { store, aws, stack, stage }: StateValues,
): Promise<OpenState> {
  const onAws = aws === true || stack !== undefined || stage !== undefined;
  if (onAws && store !== undefined) {
    throw new UsageError('--store is an embedded store, and cannot be given together with --aws, --stage or --stack.');
  }
  if (stack !== undefined && stage !== undefined) {
    throw new UsageError('--stage and --stack say the same in two ways: give one of them.');
  }
  if (!onAws) return openLocal(store ?? defaultStorePath(pipeline));
  const { openAwsState } = await import('../../adapters/aws/open-state.ts');
  const { stackNameOf } = await import('../../contracts/stack-names.ts');
  const streams = pipeline.streams.map(({ name }) => name);
  return openAwsState({ stack: stack ?? stackNameOf(pipeline.name, stage ?? null), streams });
}

async function openLocal(file: string): Promise<OpenState> {
  if (!existsSync(file)) {
    throw new UsageError(
      `There is no store ${file}. Name one with --store, or run streamgauge start; for the deployed pipeline, give --aws.`,
    );
  }
  const { openEmbedded, StoreLock } = await import('../../adapters/embedded/index.ts');
  // Beside a process that runs the pipeline, but not while the store is being deleted.
  const lock = StoreLock.take(file, 'share');
  try {
    const { state, close } = openEmbedded(file, systemClock);
    return {
      state,
      close() {
        close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
