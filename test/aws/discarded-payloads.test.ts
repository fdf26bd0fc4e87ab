import { gzipSync } from 'node:zlib';
import { stream, Timestamp, Type } from 'streamgauge';
import { discardedPayloads } from '../../adapters/aws/discarded-payloads.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { aggregated } from './kpl/aggregated.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ user: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '0 ms',
}) as unknown as StreamDefinition;

const of = (data: Uint8Array | string, partitionKey = 'lane-3') =>
  discardedPayloads({ partitionKey, data: Buffer.from(data) }, clicks);
const line = (user: string) => JSON.stringify({ user, at: 1 });

test('a packed record goes back whole, under the key of its first event', () => {
  const packed = gzipSync(`${line('ann')}\n${line('bob')}`);
  expect(of(packed)).toEqual([{ partitionKey: 'ann', data: packed }]);
});

test('what is before the first event with a key does not matter', () => {
  expect(of(`nothing\n{"at":2}\n${line('bob')}`)[0]?.partitionKey).toBe('bob');
});

test.each(['no event', '', JSON.stringify({ user: '' }), line('x'.repeat(300))])(
  'a record without a key in its events keeps its own: %.20s',
  (data) => {
    expect(of(data)).toEqual([{ partitionKey: 'lane-3', data: Buffer.from(data) }]);
  },
);

test('each part of an aggregated record goes back by itself, under its own keys', () => {
  const data = aggregated([
    { partitionKey: 'ann', explicitHashKey: '7', data: line('ann') },
    { partitionKey: 'bob', data: line('bob') },
  ]);
  expect(of(data, 'a')).toEqual([
    { partitionKey: 'ann', explicitHashKey: '7', data: Buffer.from(line('ann')) },
    { partitionKey: 'bob', explicitHashKey: null, data: Buffer.from(line('bob')) },
  ]);
});

test('a damaged aggregate goes back as it is, for it is a dead letter wherever it goes', () => {
  const data = aggregated([{ partitionKey: 'ann', data: line('ann') }]).subarray(0, -1);
  expect(of(data, 'a')).toEqual([{ partitionKey: 'a', data }]);
});

test('of a stream that the pipeline does not have any more, records keep their keys', () => {
  const payload = { partitionKey: 'lane-3', data: Buffer.from(line('ann')) };
  expect(discardedPayloads(payload, null)).toEqual([payload]);
});
