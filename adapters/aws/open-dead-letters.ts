import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { OPERATOR_TIMEOUTS } from './client-settings.ts';
import { createCloudFormationClient } from './cloudformation-client.ts';
import { createKinesisClient } from './kinesis-client.ts';
import { KinesisRecordPutter } from './kinesis-record-putter.ts';
import { createS3Client } from './s3-client.ts';
import { S3DeadLetterStore } from './s3-dead-letter-store.ts';
import { S3KeptObjects } from './s3-kept-objects.ts';
import { S3RedriveNotes } from './s3-redrive-notes.ts';
import { readSideOutputNames, type SideOutputNames } from './stack-outputs.ts';

export interface OpenDeadLettersOptions {
  readonly where: { readonly stack: string } | SideOutputNames;
  readonly streams: ReadonlyMap<string, StreamDefinition>;
  readonly clock: Clock;
  readonly newAttempt: () => string;
}

/** The dead letters of a deployed pipeline, with clients set up from the environment. */
export async function openAwsDeadLetters({ where, ...rest }: OpenDeadLettersOptions) {
  const { bucket, kinesisNames } = 'stack' in where ? await readStack(where.stack, [...rest.streams.keys()]) : where;
  const s3 = createS3Client(OPERATOR_TIMEOUTS);
  const kinesis = createKinesisClient({ ...OPERATOR_TIMEOUTS, maxAttempts: 1 });
  const store = new S3DeadLetterStore({
    objects: new S3KeptObjects(s3, bucket),
    notes: new S3RedriveNotes(s3, bucket),
    putter: await KinesisRecordPutter.of(kinesis),
    kinesisNames,
    ...rest,
  });
  const close = () => {
    for (const client of [s3, kinesis]) client.destroy();
  };
  return { store, close };
}

async function readStack(stack: string, streams: readonly string[]): Promise<SideOutputNames> {
  const client = createCloudFormationClient(OPERATOR_TIMEOUTS);
  try {
    return await readSideOutputNames(client, stack, streams);
  } finally {
    client.destroy();
  }
}
