import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientSettings, describeWithKinesis } from '../../aws/emulators.ts';
import { fresh } from '../../conformance/fresh.ts';
import { click, type ReceivingMachine, startReceiving } from '../receiving-machine.ts';

describeWithKinesis('Records lie in the shards', (endpoint) => {
  let machine: ReceivingMachine;
  afterEach(() => machine.close());

  test.each([1, 2, 3, 7])('that Kinesis puts them into, of %d, whoever sends them', async (shards) => {
    machine = await startReceiving(shards);
    const users = Array.from({ length: 100 }, (_, i) => (i === 99 ? 'ü😀' : `user ${i}`));
    const Records = users.map((user, n) => ({ PartitionKey: user, Data: Buffer.from(click(n, user)) }));
    const there = await shardsOf(endpoint().url, fresh('stream'), shards, Records);
    const here = await shardsOf(machine.url, 'clicks', shards, Records);
    expect(here).toEqual(there);

    const body = users.map((user, n) => click(n, user)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    expect((await fetch(`${machine.url}/streams/clicks/events`, { method: 'POST', body, headers })).status).toBe(200);
    for (const [index, user] of users.entries()) {
      const inShard = machine.shard(`shard-${String(here[index]).padStart(4, '0')}`).filter(([key]) => key === user);
      expect(inShard.length).toBe(2);
    }
  });
});

/** The number of each record's shard. */
async function shardsOf(
  url: string,
  StreamName: string,
  ShardCount: number,
  Records: { PartitionKey: string; Data: Uint8Array }[],
): Promise<number[]> {
  const client = new KinesisClient({ ...clientSettings({ url }), requestHandler: new NodeHttpHandler() });
  try {
    if (StreamName !== 'clicks') await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
    const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
    return (answer.Records ?? []).map(({ ShardId = '' }) => Number(/\d+$/.exec(ShardId)?.[0]));
  } finally {
    client.destroy();
  }
}
