import fc from 'fast-check';
import { Database } from '../../../adapters/embedded/database.ts';
import { EmbeddedDeadLetterSink } from '../../../adapters/embedded/dead-letter-sink.ts';
import type { DeadLetter } from '../../../engine/ports/dead-letter-sink.ts';

const letter = fc.record({
  sequence: fc.integer({ min: 1, max: 12 }),
  reason: fc.constantFrom<DeadLetter['reason']>('not_json', 'missing_field', 'oversized'),
  events: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
});

function deadLetter({
  sequence,
  reason,
  events,
}: {
  sequence: number;
  reason: DeadLetter['reason'];
  events?: number | undefined;
}) {
  return {
    ...({ kind: 'dead', stream: 'clicks', shard: 's', reason, message: 'x', arrivalMs: 0 } as const),
    ...{ position: { sequence: String(sequence), index: 0 }, bytes: Buffer.from('x') },
    ...(events !== undefined && { events }),
  };
}

test('dead letters are counted by reason as they are kept, whenever one asks, also those that are put once more', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(letter, { maxLength: 5 }), { maxLength: 8 }),
      fc.nat(7),
      async (puts, askedAt) => {
        const database = new Database(':memory:');
        const sink = new EmbeddedDeadLetterSink(database);
        for (const [index, letters] of puts.entries()) {
          if (index >= askedAt) sink.countByReason('clicks');
          await sink.put(letters.map(deadLetter));
        }
        const kept = new Map(puts.flat().map((each) => [each.sequence, each]));
        const expected: Record<string, number> = {};
        for (const { reason, events = 1 } of kept.values()) expected[reason] = (expected[reason] ?? 0) + events;
        expect(sink.countByReason('clicks')).toEqual(expected);
        expect(new EmbeddedDeadLetterSink(database).countByReason('clicks')).toEqual(expected);
        expect(sink.countByReason('other')).toEqual({});
      },
    ),
    { seed: 5, numRuns: 200 },
  );
});

test('a put that fails counts nothing', async () => {
  const database = new Database(':memory:');
  const sink = new EmbeddedDeadLetterSink(database);
  await sink.put([deadLetter({ sequence: 1, reason: 'not_json' })]);
  expect(sink.countByReason('clicks')).toEqual({ not_json: 1 });
  const broken = { ...deadLetter({ sequence: 2, reason: 'not_json' }), bytes: null as unknown as Uint8Array };
  await expect(sink.put([deadLetter({ sequence: 3, reason: 'not_json' }), broken])).rejects.toThrow();
  expect(sink.countByReason('clicks')).toEqual({ not_json: 1 });
});

test('all of them are gone through once, however often one asks', async () => {
  const database = new Database(':memory:');
  const sink = new EmbeddedDeadLetterSink(database);
  const all = jest.spyOn(database, 'all');
  for (let sequence = 1; sequence <= 20; sequence++) {
    await sink.put([deadLetter({ sequence, reason: 'not_json' })]);
    expect(sink.countByReason('clicks')).toEqual({ not_json: sequence });
  }
  expect(all).toHaveBeenCalledTimes(1);
});
