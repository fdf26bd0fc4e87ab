import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { main } from '../../bin/cli/main.ts';
import { fresh } from '../conformance/fresh.ts';
import { deadLetter } from '../support/side-outputs.ts';
import { describeStacks, NO_SUCH_STACK } from './describe-stacks.ts';
import { discardedBatchObject } from './discarded-batch-object.ts';
import { clientSettings, describeWithKinesis, describeWithSqsAndS3 } from './emulators.ts';
import { type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';
import { makeStream, readStream } from './kinesis-streams.ts';

const CLICKSTREAM = join(resolve(__dirname, '../..'), 'pipelines/clickstream.ts');

/** The command line as an operator has it: clients are set up by the environment alone. */
describeWithKinesis('streamgauge dead-letters', (kinesisEndpoint) => {
  describeWithSqsAndS3('on AWS', (s3Endpoint) => {
    const before = { ...process.env };
    const bucket = fresh('dead-letters');
    let s3: S3Client;
    let kinesis: KinesisClient;
    let kinesisFaults: FaultProxy;
    let cloudFormation: FaultProxy;

    beforeAll(async () => {
      s3 = new S3Client({ ...clientSettings(s3Endpoint()), forcePathStyle: true });
      kinesis = new KinesisClient({ ...clientSettings(kinesisEndpoint()), requestHandler: new NodeHttpHandler() });
      kinesisFaults = await startFaultProxy(kinesisEndpoint().url);
      cloudFormation = await startFaultProxy('http://127.0.0.1:1');
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
      Object.assign(process.env, {
        ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
        AWS_ENDPOINT_URL_S3: s3Endpoint().url,
        AWS_ENDPOINT_URL_KINESIS: kinesisFaults.url,
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      });
    });
    afterAll(async () => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      for (const client of [s3, kinesis]) client.destroy();
      for (const proxy of [kinesisFaults, cloudFormation]) await proxy.close();
    });

    async function cli(...args: readonly string[]) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const code = await main(['dead-letters', ...args], { stdout, stderr, env: { USER: 'ann' } });
      return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
    }

    async function read(stream: string): Promise<string[]> {
      return (await readStream(kinesis, stream)).map(({ data }) => Buffer.from(data).toString());
    }

    const putDead = (sequence: string) =>
      new S3DeadLetterSink({ client: s3, bucket }).put([deadLetter('clicks', sequence)]);
    const idOf = (sequence: string) => `dead/clicks/shard-0/${sequence}.0`;

    test('lists, shows and redrives with the names that the outputs of the stack tell', async () => {
      const stream = await makeStream(kinesis);
      await putDead('10');
      for (let times = 0; times < 4; times++) {
        cloudFormation.inject({
          kind: 'answer',
          status: 200,
          body: describeStacks({ BucketName: bucket, ClicksStreamName: stream }),
        });
      }
      expect((await cli('list', CLICKSTREAM, '--aws')).stdout).toContain(idOf('10'));
      expect((await cli('show', CLICKSTREAM, idOf('10'), '--stack', 'Mine')).stdout).toContain('{"user":"ann"}');
      expect((await cli('show', CLICKSTREAM, idOf('10'), '--stage', 'dev')).stdout).toContain('{"user":"ann"}');
      expect(await cli('redrive', CLICKSTREAM, idOf('10'), '--aws')).toEqual({
        ...{ code: 0, stderr: '' },
        stdout: expect.stringMatching(
          /^redriven {2}dead\/clicks\/shard-0\/10\.0 {2}as shardId-000000000000 \d+\n1 redriven,/,
        ),
      });
      expect(await read(stream)).toEqual(['{"user":"ann"}']);
      const asked = cloudFormation.seen.map(({ body }) => new URLSearchParams(body).get('StackName'));
      expect(asked).toEqual([
        'Streamgauge-clickstream',
        'Mine',
        'dev-Streamgauge-clickstream',
        'Streamgauge-clickstream',
      ]);
    });

    test('says that there is no such stack', async () => {
      cloudFormation.inject({ kind: 'answer', status: 400, body: NO_SUCH_STACK });
      expect(await cli('list', CLICKSTREAM, '--aws')).toEqual({
        ...{ code: 1, stdout: '' },
        stderr: expect.stringMatching(
          /^streamgauge: Reading the outputs of the stack 'Streamgauge-clickstream' failed/,
        ),
      });
    });

    test('says in one sentence that the bucket cannot be read', async () => {
      const { code, stderr } = await cli('list', CLICKSTREAM, '--bucket', 'no-such-bucket');
      expect({ code, stderr }).toEqual({
        ...{ code: 1 },
        stderr: expect.stringMatching(
          /^streamgauge: Listing s3:\/\/no-such-bucket\/dead\/clicks\/ failed with .* Check region, credentials and permissions: .*\n$/,
        ),
      });
    });

    test('ends with 3 where a reply was lost, shows it as unknown, and sends again only when told', async () => {
      const stream = await makeStream(kinesis);
      const where = ['--bucket', bucket, '--stream-name', `clicks=${stream}`];
      await putDead('20');
      kinesisFaults.inject({ kind: 'loseReply' });
      const lost = await cli('redrive', CLICKSTREAM, idOf('20'), ...where);
      expect({ code: lost.code, last: lost.stdout.split('\n').at(-2) }).toEqual({
        ...{ code: 3, last: '0 redriven, 0 skipped, 0 failed, 1 unknown.' },
      });
      const listed = (await cli('list', CLICKSTREAM, ...where)).stdout.split('\n');
      expect(listed.find((line) => line.includes(idOf('20')))).toMatch(/wrong_type {2}unknown/);
      expect(await cli('redrive', CLICKSTREAM, idOf('20'), ...where)).toMatchObject({
        ...{ code: 3, stdout: expect.stringContaining('send it once more with --again.') },
      });
      expect(await read(stream)).toHaveLength(1);
      expect(await cli('redrive', CLICKSTREAM, idOf('20'), ...where, '--again')).toMatchObject({ code: 0 });
      expect(await read(stream)).toHaveLength(2);
    });

    test('ends with 1 where Kinesis refused, and the next time puts it', async () => {
      const stream = await makeStream(kinesis);
      const where = ['--bucket', bucket, '--stream-name', `clicks=${stream}`];
      await putDead('30');
      kinesisFaults.inject(refusal('AccessDeniedException'));
      expect(await cli('redrive', CLICKSTREAM, idOf('30'), ...where)).toMatchObject({ code: 1 });
      expect(await cli('redrive', CLICKSTREAM, idOf('30'), ...where)).toMatchObject({ code: 0 });
      expect(await read(stream)).toHaveLength(1);
    });

    test('puts the records of a discarded batch back', async () => {
      const stream = await makeStream(kinesis);
      const where = ['--bucket', bucket, '--stream-name', `clicks=${stream}`];
      const key = 'aws/lambda/1f0c/shardId-000000000000/2026/03/01/batch';
      const Body = discardedBatchObject(stream, ['a', 'b', 'c']);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
      const shown = await cli('show', CLICKSTREAM, key, ...where, '--json');
      expect(JSON.parse(shown.stdout)).toMatchObject({
        ...{ kind: 'discarded', stream: 'clicks', reason: 'RetryAttemptsExhausted' },
        records: [{ event: 'a', partition_key: 'key 0' }, { event: 'b' }, { event: 'c' }],
      });
      expect(await cli('redrive', CLICKSTREAM, '--kind', 'discarded', ...where)).toMatchObject({
        ...{
          code: 0,
          stdout: `redriven  ${key}  as 3 records\n1 redriven (3 records), 0 skipped, 0 failed, 0 unknown.\n`,
        },
      });
      expect((await read(stream)).sort()).toEqual(['a', 'b', 'c']);
    });
  });
});
