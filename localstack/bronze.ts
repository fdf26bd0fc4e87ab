import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { mapSettled } from '../engine/async/map-settled.ts';
import { type BronzeLine, parseBronzeLine } from '../engine/bronze/bronze-line.ts';
import { recordsOfBronze } from '../engine/bronze/read-bronze.ts';
import { eventsOf as eventsOfRecord } from '../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../engine/decode/json-lines.ts';
import type { DeployedPipeline } from './cloud.ts';
import { LocalCloudError } from './errors.ts';

export interface BronzeOptions {
  /** False where the endpoint's Firehose does not tell where a record stood: lines are then the events as they came. */
  readonly hasPositions: boolean;
  readonly timeoutMs: number;
  readonly onLook: (events: number) => void;
}

const LOOK_EVERY_MS = 3000;
const CONCURRENT_READS = 16;

/**
 * Waits until bronze holds as many events as were sent, and compares their texts: all of them, each as often as it came.
 *
 * @throws LocalCloudError where some are missing when the time is up, or are others.
 */
export async function waitForBronze(
  sent: readonly string[],
  deployed: DeployedPipeline,
  { hasPositions, timeoutMs, onLook }: BronzeOptions,
): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  const objects = new Map<string, string>();
  for (;;) {
    await readNew(deployed.s3, deployed.output('BronzeBucketName'), objects);
    const lines = [...objects.values()].flatMap((text) => text.split('\n')).filter((line) => line !== '');
    const events = hasPositions ? eventsOf(lines.map(parseBronzeLine)) : lines;
    onLook(events.length);
    if (isSame(events, sent)) return `${events.length.toLocaleString('en-US')} events in ${objects.size} objects`;
    if (Date.now() > deadline) {
      throw new LocalCloudError(`Bronze holds ${events.length} events, and ${sent.length} were sent, or others.`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Reads the objects that are not known yet; an object never changes. */
async function readNew(s3: S3Client, bucket: string, objects: Map<string, string>): Promise<void> {
  let token: string | undefined;
  do {
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: 'bronze/clicks/', ContinuationToken: token });
    const { Contents = [], NextContinuationToken } = await s3.send(list);
    const keys = Contents.flatMap(({ Key }) => (Key === undefined || objects.has(Key) ? [] : [Key]));
    await mapSettled(keys, CONCURRENT_READS, async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = await Body?.transformToByteArray();
      if (bytes) objects.set(key, gunzipSync(bytes).toString());
    });
    token = NextContinuationToken;
  } while (token !== undefined);
}

/** As a replay would see them: records are made again, and decoded. */
function eventsOf(lines: readonly BronzeLine[]): string[] {
  return recordsOfBronze(lines).flatMap(({ data }) =>
    [...eventsOfRecord(jsonLinesDecoder.open(data))].map((event) =>
      event.kind === 'value' ? event.text : event.message,
    ),
  );
}

function isSame(events: readonly string[], sent: readonly string[]): boolean {
  return events.length === sent.length && [...events].sort().join('\n') === [...sent].sort().join('\n');
}
