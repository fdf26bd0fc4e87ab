import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { readSideOutputNames } from '../../adapters/aws/stack-outputs.ts';
import { describeStacks, NO_SUCH_STACK } from './describe-stacks.ts';
import { clientSettings } from './emulators.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** No emulator here speaks CloudFormation: a server answers what its manual shows. */
describe('the names in the outputs of a stack', () => {
  let server: FaultProxy;
  let client: CloudFormationClient;
  beforeAll(async () => {
    server = await startFaultProxy('http://127.0.0.1:1');
    client = new CloudFormationClient(clientSettings(server, 1));
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  const read = () => readSideOutputNames(client, 'Streamgauge-shop', ['clicks', 'page_views']);

  test('are the bucket, and the Kinesis stream of each stream', async () => {
    const outputs = { BucketName: 'the-bucket', ClicksStreamName: 'k-1', PageViewsStreamName: 'k-2', Other: 'x' };
    server.inject({ kind: 'answer', status: 200, body: describeStacks(outputs) });
    expect(await read()).toEqual({
      bucket: 'the-bucket',
      kinesisNames: new Map([
        ['clicks', 'k-1'],
        ['page_views', 'k-2'],
      ]),
    });
    expect(server.seen.at(-1)?.body).toContain('StackName=Streamgauge-shop');
  });

  test('are missed by their names', async () => {
    server.inject({ kind: 'answer', status: 200, body: describeStacks({ BucketName: 'b', ClicksStreamName: 'k-1' }) });
    await expect(read()).rejects.toThrow(/The stack 'Streamgauge-shop' has no output 'PageViewsStreamName'/);
  });

  test('of a stack that is not there are an error that says what to do', async () => {
    server.inject({ kind: 'answer', status: 400, body: NO_SUCH_STACK });
    await expect(read()).rejects.toThrow(
      /outputs of the stack 'Streamgauge-shop' failed with .*does not exist\. Is it deployed, in this region and account\?/,
    );
  });
});
