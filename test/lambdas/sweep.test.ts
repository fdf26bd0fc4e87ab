import { listCheckpoints } from '../../engine/state/checkpoint.ts';
import { makeHandler } from '../../lambdas/sweep/make-handler.ts';
import { memoryLog, plan, SHARD, testPorts, topologyOf } from './support.ts';

test('a sweep gives the shards of every stream their checkpoints', async () => {
  const ports = testPorts();
  const log = memoryLog();
  const reports = await makeHandler({ plan, ports, log })();
  expect(reports.map(({ stream, shards }) => [stream, shards])).toEqual([
    ['clicks', 1],
    ['orders', 1],
  ]);
  expect(await listCheckpoints(ports.state, 'orders')).toMatchObject([{ shard: SHARD, position: null }]);
  expect(log.lines).toMatchObject([{ fields: { stream: 'clicks' } }, { fields: { stream: 'orders' } }]);
});

test('a stream that cannot be swept does not keep the others from it, and the call fails', async () => {
  const ports = testPorts();
  const log = memoryLog();
  const good = topologyOf(SHARD);
  const topology = {
    ...good,
    shards: async (stream: string) => {
      if (stream === 'clicks') throw new Error('Kinesis does not answer.');
      return good.shards(stream);
    },
  };
  const handler = makeHandler({ plan, ports: { ...ports, topology }, log });
  await expect(handler()).rejects.toThrow('The sweep of 1 of 2 streams failed.');
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { stream: 'clicks', error: new Error('Kinesis does not answer.') } },
    { level: 'info', fields: { stream: 'orders', shards: 1 } },
  ]);
  expect(await listCheckpoints(ports.state, 'orders')).toHaveLength(1);
});
