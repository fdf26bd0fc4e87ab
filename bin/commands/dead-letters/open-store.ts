import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../adapters/system-clock.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import type { PipelinePlan } from '../../../engine/plan/plan.ts';
import type { DeadLetterStore } from '../../../engine/ports/dead-letter-store.ts';
import { UsageError } from '../../cli/command.ts';
import { openSharedStore } from '../../cli/shared-store.ts';

export const STORE_OPTIONS = {
  store: { type: 'string' },
  aws: { type: 'boolean' },
  stack: { type: 'string' },
  stage: { type: 'string' },
  bucket: { type: 'string' },
  'stream-name': { type: 'string', multiple: true },
} as const;

export interface StoreValues {
  readonly store?: string | undefined;
  readonly aws?: boolean | undefined;
  readonly stack?: string | undefined;
  readonly stage?: string | undefined;
  readonly bucket?: string | undefined;
  readonly 'stream-name'?: readonly string[] | undefined;
}

export interface OpenStore {
  readonly store: DeadLetterStore;
  close(): void;
}

/** The store that a command line names. What a kind of store needs is loaded only where that kind is asked for. */
export async function openStore(values: StoreValues, plan: PipelinePlan): Promise<OpenStore> {
  const streams = new Map(plan.streams.map(({ name, definition }) => [name, definition]));
  const { store, aws, stack, stage, bucket } = values;
  const names = parseStreamNames(values['stream-name'] ?? [], plan);
  const onAws = aws === true || [stack, stage, bucket].some((name) => name !== undefined);
  if (onAws && store !== undefined) {
    throw new UsageError(
      '--store is an embedded store, and cannot be given together with --aws, --stage, --stack or --bucket.',
    );
  }
  if ([stack, stage, bucket].filter((name) => name !== undefined).length > 1) {
    throw new UsageError('--stage, --stack and --bucket say the same in several ways: give one of them.');
  }
  if (names.size > 0 && bucket === undefined) {
    throw new UsageError('--stream-name needs --bucket NAME: with a stack, the names are read from it.');
  }
  return onAws ? openAws({ stack, stage, bucket, names }, plan, streams) : openEmbeddedStore(store, plan, streams);
}

async function openEmbeddedStore(
  path: string | undefined,
  plan: PipelinePlan,
  streams: ReadonlyMap<string, StreamDefinition>,
): Promise<OpenStore> {
  const { keptOf, close } = await openSharedStore(path, plan);
  return { store: keptOf(streams), close };
}

interface AwsNames {
  readonly stack: string | undefined;
  readonly stage: string | undefined;
  readonly bucket: string | undefined;
  readonly names: ReadonlyMap<string, string>;
}

async function openAws(
  { stack, stage, bucket, names }: AwsNames,
  plan: PipelinePlan,
  streams: ReadonlyMap<string, StreamDefinition>,
): Promise<OpenStore> {
  const { openAwsDeadLetters } = await import('../../../adapters/aws/open-dead-letters.ts');
  const { stackNameOf } = await import('../../../contracts/stack-names.ts');
  return openAwsDeadLetters({
    where: bucket === undefined ? { stack: stack ?? stackNameOf(plan.name, stage) } : { bucket, kinesisNames: names },
    streams,
    clock: systemClock,
    newAttempt: randomUUID,
  });
}

function parseStreamNames(given: readonly string[], plan: PipelinePlan): ReadonlyMap<string, string> {
  const streams = plan.streams.map(({ name }) => name);
  return new Map(
    given.map((text) => {
      const [, stream, name] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (stream === undefined || name === undefined || !streams.includes(stream)) {
        throw new UsageError(
          `--stream-name is '${text}', and must be STREAM=KINESISNAME. Pipeline '${plan.name}' reads ${streams.join(', ')}.`,
        );
      }
      return [stream, name];
    }),
  );
}
