import fc from 'fast-check';
import { Producer } from '../../producer/index.ts';
import { fakeKinesis, named, type Reaction } from './fake-kinesis.ts';
import { manualTimers } from './manual-timers.ts';

interface Click {
  readonly user: string;
  readonly n: number;
  readonly id?: string;
}

const THROTTLED = 'ProvisionedThroughputExceededException';
const reaction: fc.Arbitrary<Reaction> = fc.oneof(
  fc.constant({ kind: 'take' as const }),
  fc.uniqueArray(fc.nat(7)).map((places) => ({
    kind: 'take' as const,
    failing: Object.fromEntries(places.map((place) => [place, THROTTLED])),
  })),
  fc.constant({ kind: 'throw' as const, error: named(THROTTLED, 'Slow down.', 400) }),
  fc.constant({ kind: 'throw' as const, error: named('AccessDeniedException', 'No.', 400) }),
  fc.constant({ kind: 'loseReply' as const }),
  fc.constant({ kind: 'hang' as const }),
);
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('put' as const), user: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(2000) }) },
);

describe('whatever Kinesis does', () => {
  test('every event arrives or is handed over, those of a key in order, and the metrics add up', async () => {
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 300 }),
      fc.array(reaction, { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      async (steps, reactions, lanes, hurries) => {
        const timers = manualTimers();
        const { putRecords, events, requests } = fakeKinesis((_, request) => reactions[request] ?? { kind: 'take' });
        const failed: Click[] = [];
        const producer = new Producer<Click>({
          putRecords,
          streamName: 'clicks',
          partitionKey: (click) => click.user,
          eventId: 'id',
          lanes,
          recordBytes: 1000,
          retry: { maxAttempts: 4 },
          onFailed: (failure) => void failed.push(...(failure.events as Click[])),
          timers,
        });
        const promises: Promise<void>[] = [];
        let n = 0;
        for (const each of steps) {
          if (each.kind === 'put') promises.push(producer.put({ user: `user-${each.user}`, n: n++ }));
          if (each.kind === 'flush') promises.push(producer.flush());
          if (each.kind === 'wait') await timers.advance(each.ms);
          const { accepted, sent, failed: given, inFlight, buffered } = producer.metrics();
          expect(sent + given + inFlight + buffered).toBe(accepted);
          expect(buffered).toBeGreaterThanOrEqual(0);
        }
        const closing = producer.close(hurries ? { timeoutMs: 500 } : {});
        await timers.runOut();
        await Promise.all([closing, ...promises]);

        const handedOver = new Set(failed.map((click) => click.n));
        const arrived = new Set<number>();
        for (const lane of events.values()) {
          const last = new Map<string, number>();
          for (const { user, n: number } of lane as readonly Click[]) {
            if (arrived.has(number)) continue;
            arrived.add(number);
            // What was handed over may have arrived before as well, or between.
            if (handedOver.has(number)) continue;
            expect(number).toBeGreaterThan(last.get(user) ?? -1);
            last.set(user, number);
          }
        }
        expect(new Set([...arrived, ...handedOver]).size).toBe(n);
        expect(producer.metrics()).toMatchObject({ accepted: n, inFlight: 0, buffered: 0, bufferedBytes: 0 });
        expect(producer.metrics().sent + producer.metrics().failed).toBe(n);
        expect(timers.running).toBe(0);
        for (const { Records = [] } of requests) {
          expect(new Set(Records.map(({ PartitionKey }) => PartitionKey)).size).toBe(Records.length);
        }
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
