import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Click } from './events.ts';
import { type Place, run } from './processes.ts';

/** As a producer writes it that knows of AWS alone. */
const PRODUCER = `
import boto3, json, sys
clicks = json.load(open(sys.argv[1]))
records = [{'Data': json.dumps(click).encode(), 'PartitionKey': click['user_id']} for click in clicks]
answer = boto3.client('kinesis').put_records(StreamName='clicks', Records=records)
assert answer['FailedRecordCount'] == 0, answer
`;

/** Sends events with boto3, which is told the address by its environment alone. */
export async function sendByBoto3(
  python: string,
  url: string,
  clicks: readonly Click[],
  { cwd, env }: Place,
): Promise<void> {
  const file = join(cwd, 'clicks.json');
  writeFileSync(file, JSON.stringify(clicks));
  const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_DEFAULT_REGION: 'us-east-1' };
  await run([python, '-c', PRODUCER, file], { cwd, env: { ...env, ...credentials, AWS_ENDPOINT_URL_KINESIS: url } });
}
