import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { deadLetterStoreConformance, request } from '../../conformance/dead-letter-store.ts';
import { deadLetter, streamsOf } from '../../support/side-outputs.ts';

const clock = { nowMs: () => 1_000 };

deadLetterStoreConformance('EmbeddedDeadLetterStore', async () => {
  const stores = openEmbedded(':memory:', clock);
  for (const name of ['clicks', 'orders']) stores.log.createStream(name, 3);
  return {
    store: stores.keptOf(streamsOf('clicks', 'orders')),
    sink: stores.deadLetters,
    ...{ stream: 'clicks', other: 'orders', nowMs: clock.nowMs() },
    read: async (stream) =>
      stores.log
        .shards(stream)
        .flatMap(({ id }) =>
          stores.log
            .read(stream, id, null, 1000)
            .map(({ data, partitionKey }) => ({ data, partitionKey: partitionKey ?? '' })),
        ),
    close: async () => stores.close(),
  };
});

describe('EmbeddedDeadLetterStore', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'dead-letters-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('orders records by their positions as numbers', async () => {
    const stores = openEmbedded(':memory:', clock);
    await stores.deadLetters.put(['100', '9', '10'].map((sequence) => deadLetter('clicks', sequence)));
    const { records } = await stores.keptOf(streamsOf('clicks')).list({ kinds: ['dead'], limit: 10 });
    expect(records.map(({ position }) => position.sequence)).toEqual(['9', '10', '100']);
    stores.close();
  });

  test('a redrive that dies within its transaction leaves neither record nor note, and can be done again', async () => {
    const stores = openEmbedded(':memory:', clock);
    stores.log.createStream('clicks', 1);
    await stores.deadLetters.put([deadLetter('clicks', '10')]);
    const append = stores.log.appendInTransaction.bind(stores.log);
    const store = stores.keptOf(streamsOf('clicks'));
    stores.log.appendInTransaction = (...args) => {
      append(...args);
      throw new Error('The process died.');
    };
    await expect(store.redrive('dead/clicks/shard-0/10.0', request)).rejects.toThrow('The process died.');
    expect(stores.log.read('clicks', 'shard-0000', null, 10)).toEqual([]);
    expect((await store.get('dead/clicks/shard-0/10.0'))?.redrive).toBeNull();
    stores.log.appendInTransaction = append;
    expect(await store.redrive('dead/clicks/shard-0/10.0', request)).toMatchObject({ outcome: 'redriven' });
    expect(stores.log.read('clicks', 'shard-0000', null, 10)).toHaveLength(1);
    stores.close();
  });

  test('a store of a run over files has no stream to put into, and says what to do', async () => {
    const stores = openEmbedded(':memory:', clock);
    await stores.deadLetters.put([deadLetter('clicks', '10')]);
    const store = stores.keptOf(streamsOf('clicks'));
    expect(await store.redrive('dead/clicks/shard-0/10.0', request)).toEqual({
      outcome: 'failed',
      message: expect.stringMatching(/no stream 'clicks' to put it into: it was made by a run over files/),
    });
    expect((await store.get('dead/clicks/shard-0/10.0'))?.redrive).toBeNull();
    stores.close();
  });

  test('two processes on one file put one record', async () => {
    const path = join(dir, 'store.db');
    const [one, two] = [openEmbedded(path, clock), openEmbedded(path, clock)];
    one.log.createStream('clicks', 1);
    await one.deadLetters.put([deadLetter('clicks', '10')]);
    const outcomes = await Promise.all(
      [one, two].map((stores) => stores.keptOf(streamsOf('clicks')).redrive('dead/clicks/shard-0/10.0', request)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['redriven', 'skipped']);
    expect(two.log.read('clicks', 'shard-0000', null, 10)).toHaveLength(1);
    for (const stores of [one, two]) stores.close();
  });
});
