import type { PutRecordsInput } from '@aws-sdk/client-kinesis';
import { EventsNotSentError, type FailedEvents, Producer, type ProducerOptions } from '../../producer/index.ts';
import { fakeKinesis, named, type Reaction } from './fake-kinesis.ts';
import { type ManualTimers, manualTimers, reactions } from './manual-timers.ts';

interface Click {
  readonly user: string;
  readonly n: number;
  readonly event_id?: string;
  readonly pad?: string;
}

function setUp(
  options: Partial<ProducerOptions<Click>> = {},
  react?: (input: PutRecordsInput, request: number) => Reaction,
) {
  const timers = manualTimers();
  const kinesis = fakeKinesis(react);
  const producer = new Producer<Click>({
    putRecords: kinesis.putRecords,
    streamName: 'clicks',
    partitionKey: (click) => click.user,
    timers,
    ...options,
  });
  return { producer, timers, ...kinesis };
}

const click = (n: number, user = 'ann'): Click => ({ user, n });
const THROTTLED = 'ProvisionedThroughputExceededException';
const take = { kind: 'take' } as const;

async function ended<T>(timers: ManualTimers, promise: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  promise.then(end, end);
  await timers.runOut(() => done);
  return promise;
}

function numbers(events: Iterable<readonly unknown[]>): number[] {
  return [...events].flat().map((event) => (event as Click).n);
}

function expectBalance(producer: Producer<Click>): void {
  const { accepted, sent, failed, inFlight, buffered } = producer.metrics();
  expect(sent + failed + inFlight + buffered).toBe(accepted);
}

describe('a producer', () => {
  test('packs events that come within the linger into one record, in order', async () => {
    const { producer, timers, events, records } = setUp();
    for (let n = 0; n < 50; n++) await producer.put(click(n));
    await timers.advance(999);
    expect(records).toEqual([]);
    await timers.advance(1);
    expect(records).toHaveLength(1);
    expect(numbers(events.values())).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(producer.metrics()).toMatchObject({ accepted: 50, sent: 50, records: 1, putUnits: 1, requests: 1 });
    expect(producer.metrics().bufferedBytes).toBe(0);
    expect(timers.running).toBe(0);
  });

  test('sends a record as soon as it is full, without waiting', async () => {
    const { producer, records } = setUp({ compression: 'none', recordBytes: 1000 });
    const putting = [];
    for (let n = 0; n < 100; n++) putting.push(producer.put(click(n)));
    await Promise.all(putting);
    await reactions();
    expect(records.length).toBeGreaterThan(0);
    for (const { partitionKey, data } of records) expect(partitionKey.length + data.length).toBeLessThanOrEqual(1000);
  });

  test('sends the records of several lanes in one request, and never two of one lane', async () => {
    const { producer, requests, events } = setUp({ compression: 'none', recordBytes: 1000, lanes: 4 });
    for (let n = 0; n < 400; n++) await producer.put(click(n, `user-${n % 20}`));
    await producer.flush();
    expect(numbers(events.values()).sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n));
    for (const { Records = [] } of requests) {
      const keys = Records.map(({ PartitionKey }) => PartitionKey);
      expect(new Set(keys).size).toBe(keys.length);
    }
    expect(requests.some(({ Records = [] }) => Records.length > 1)).toBe(true);
  });

  test('takes an event as it is at the moment of put', async () => {
    const { producer, events } = setUp();
    const event = { user: 'ann', n: 1 };
    await producer.put(event);
    event.n = 2;
    await producer.flush();
    expect(numbers(events.values())).toEqual([1]);
  });

  test('flush sends what waits, and resolves when it has arrived', async () => {
    const { producer, events } = setUp();
    void producer.put(click(1));
    await producer.flush();
    expect(numbers(events.values())).toEqual([1]);
    await producer.flush();
  });

  test('close sends what waits and refuses what comes after', async () => {
    const { producer, events, timers } = setUp();
    await producer.put(click(1));
    const closing = producer.close();
    await expect(producer.put(click(2))).rejects.toThrow("The producer of stream 'clicks' is closed.");
    await closing;
    expect(producer.close()).toBe(closing);
    expect(numbers(events.values())).toEqual([1]);
    expect(timers.running).toBe(0);
  });
});

describe('an invalid event', () => {
  const cyclic: { user: string; n: number; self?: unknown } = { user: 'ann', n: 1 };
  cyclic.self = cyclic;
  const cases: [string, unknown, RegExp][] = [
    ['null', null, /must be an object, and this one is null/],
    ['an array', [1], /must be an object, and this one is an array/],
    ['text', 'hello', /must be an object, and this one is a string/],
    ['a date', new Date(0), /is no object once it is written as JSON/],
    ['a cycle', cyclic, /cannot be written as JSON/],
    ['more bytes than the pipeline takes', { user: 'ann', pad: 'x'.repeat(300_000) }, /takes at most 262144/],
    ['no partition key', { n: 1 }, /The partition key of the event is a value of type undefined/],
  ];

  test.each(cases)('%s is refused with its reason', async (_, event, message) => {
    const { producer } = setUp();
    await expect(producer.put(event as Click)).rejects.toThrow(message);
    await expect(producer.put(event as Click)).rejects.toMatchObject({ code: 'badEvent' });
    expect(producer.metrics()).toMatchObject({ accepted: 0, bufferedBytes: 0 });
  });

  test('that its validator refuses is refused in the words of the validator', async () => {
    const { producer } = setUp({ validate: () => 'The field n is odd.' });
    await expect(producer.put(click(1))).rejects.toThrow('The field n is odd.');
  });

  test.each([
    ['a line break', '{"n":1}\n{"n":2}', /has a line break/],
    ['nothing but blanks', ' \t\r', /is blank/],
  ])('as a line with %s is refused', async (_, line, message) => {
    await expect(setUp().producer.putLine(line, 'ann')).rejects.toThrow(message);
  });
});

describe('a line that is no JSON', () => {
  test('is sent as it is, and makes no event out of its neighbours', async () => {
    const { producer, events } = setUp({ lanes: 1 });
    for (const line of ['[1,', '2]', '{"n":1}', '"half', Buffer.from([0x22, 0xff, 0x22])]) {
      await producer.putLine(line, 'ann');
    }
    await producer.flush();
    expect([...events.values()].flat()).toEqual(['not_json', 'not_json', { n: 1 }, 'not_json', 'not_json']);
  });
});

describe('records that fail', () => {
  test('are sent again alone, after a pause, with nothing of their lane before them', async () => {
    const failFirst = (_: PutRecordsInput, request: number) =>
      request === 0 ? { kind: 'take' as const, failing: { 0: THROTTLED } } : take;
    const { producer, timers, requests, events } = setUp({ lanes: 2 }, failFirst);
    const users = ['ann', 'bob', 'cid', 'dan', 'eve'];
    for (const [n, user] of users.entries()) await producer.put(click(n, user));
    const flushing = producer.flush();
    await reactions();
    for (const [n, user] of users.entries()) await producer.put(click(n + 10, user));
    await ended(timers, flushing);
    await producer.flush();
    expect(requests[1]?.Records).toEqual([requests[0]?.Records?.[0]]);
    for (const [lane, taken] of events) {
      const order = numbers([taken]);
      expect({ lane, order }).toEqual({ lane, order: [...order].sort((a, b) => a - b) });
    }
    expect(producer.metrics()).toMatchObject({ sent: 10, failed: 0, retriedRecords: 1 });
  });

  const passing: [string, Reaction][] = [
    ['a throttled request', { kind: 'throw', error: named(THROTTLED, 'Slow down.', 400) }],
    ['a fault of the service', { kind: 'throw', error: named('InternalFailure', 'Oops.', 500) }],
    ['a broken connection', { kind: 'throw', error: named('ECONNREFUSED') }],
    ['a throttled key', { kind: 'throw', error: named('KMSThrottlingException', 'Slow down.', 400) }],
    ['expired credentials', { kind: 'throw', error: named('ExpiredTokenException', 'Old.', 400) }],
    ['no answer at all', { kind: 'hang' }],
    ['a fault for the record', { kind: 'take', failing: { 0: 'InternalFailure' } }],
  ];

  test.each(passing)('because of %s are sent again until they arrive', async (_, reaction) => {
    const { producer, timers, events, requests } = setUp({}, (_input, request) => (request < 3 ? reaction : take));
    await producer.put(click(1));
    await ended(timers, producer.flush());
    expect(requests).toHaveLength(4);
    expect(numbers(events.values())).toEqual([1]);
    expect(producer.metrics()).toMatchObject({ sent: 1, failed: 0, retriedRecords: 3, retriedEvents: 3, requests: 4 });
    expect(timers.running).toBe(0);
  });

  test('pause twice as long each time, up to two seconds, by chance in between', async () => {
    const timers = manualTimers();
    const atMs: number[] = [];
    const { producer } = setUp({ timers }, (_, request) => {
      atMs.push(timers.nowMs());
      return request < 8 ? { kind: 'take', failing: { 0: THROTTLED } } : take;
    });
    await producer.put(click(1));
    await ended(timers, producer.flush());
    expect(atMs.slice(1).map((ms, index) => ms - (atMs[index] as number))).toEqual([
      25, 50, 100, 200, 400, 800, 1000, 1000,
    ]);
  });

  test('whose reply was lost arrive twice with the same id', async () => {
    const { producer, timers, events } = setUp({ eventId: 'event_id' }, (_, request) =>
      request === 0 ? { kind: 'loseReply' } : take,
    );
    await producer.put(click(1));
    await ended(timers, producer.flush());
    const [first, second] = [...events.values()].flat() as Click[];
    expect(first?.event_id).toBeDefined();
    expect(second).toEqual(first);
  });

  test('without a word about them in the reply are sent again', async () => {
    let replies = 0;
    const putRecords = async () => ({ Records: replies++ === 0 ? [] : [{ SequenceNumber: '1' }] });
    const { producer, timers } = setUp({ putRecords });
    await producer.put(click(1));
    await ended(timers, producer.flush());
    expect(producer.metrics()).toMatchObject({ sent: 1, retriedRecords: 1 });
  });
});

describe('events that cannot be sent', () => {
  const denied: Reaction = { kind: 'throw', error: named('AccessDeniedException', 'No.', 400) };
  const throttledForEver = (): Reaction => ({ kind: 'take', failing: { 0: THROTTLED } });

  test('are handed to onFailed with the reason, and later ones are sent', async () => {
    const failures: FailedEvents[] = [];
    const onFailed = (failure: FailedEvents) => void failures.push(failure);
    const { producer, events } = setUp({ onFailed }, (_, request) => (request === 0 ? denied : take));
    await producer.put(click(1));
    await producer.put(click(2));
    await producer.flush();
    await producer.put(click(3));
    await producer.close();
    expect(failures).toHaveLength(1);
    expect(failures[0]?.events).toEqual([click(1), click(2)]);
    expect(failures[0]?.error.message).toBe(
      "Stream 'clicks': 2 events could not be sent: the record was tried once and failed with AccessDeniedException: No.",
    );
    expect(numbers(events.values())).toEqual([3]);
    expect(producer.metrics()).toMatchObject({ accepted: 3, sent: 1, failed: 2, bufferedBytes: 0 });
  });

  test('are given up after as many attempts as are allowed', async () => {
    const failures: FailedEvents[] = [];
    const onFailed = (failure: FailedEvents) => void failures.push(failure);
    const { producer, timers, requests } = setUp({ onFailed, retry: { maxAttempts: 3 } }, throttledForEver);
    await producer.put(click(1));
    await ended(timers, producer.flush());
    expect(requests).toHaveLength(3);
    expect(failures[0]?.error.message).toMatch(/was tried 3 times and failed with ProvisionedThroughputExceeded/);
  });

  test('are given up after as much time as is allowed', async () => {
    const failures: FailedEvents[] = [];
    const onFailed = (failure: FailedEvents) => void failures.push(failure);
    const { producer, timers } = setUp({ onFailed, retry: { giveUpAfterMs: 60_000 } }, throttledForEver);
    await producer.put(click(1));
    await ended(timers, producer.flush());
    expect(timers.nowMs()).toBeGreaterThanOrEqual(60_000);
    expect(timers.nowMs()).toBeLessThan(62_000);
    expect(failures).toHaveLength(1);
  });

  test('without onFailed reject flush, close and every later put, with all of them', async () => {
    const { producer } = setUp({ eventId: 'event_id', newId: () => 'id', lanes: 2 }, () => denied);
    await producer.put(click(1));
    await producer.put(click(2, 'bob'));
    const error = await producer.flush().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EventsNotSentError);
    expect((error as EventsNotSentError).events).toEqual(
      expect.arrayContaining([
        { ...click(1), event_id: 'id' },
        { ...click(2, 'bob'), event_id: 'id' },
      ]),
    );
    await expect(producer.put(click(3))).rejects.toBe(error);
    await expect(producer.close()).rejects.toBe(error);
    expectBalance(producer);
  });

  test('are kept where onFailed fails itself', async () => {
    const onFailed = async () => {
      throw new Error('The disk is full.');
    };
    const { producer } = setUp({ onFailed }, () => denied);
    await producer.put(click(1));
    await expect(producer.flush()).rejects.toThrow(/Handing them to onFailed failed as well/);
    await expect(producer.close()).rejects.toMatchObject({ events: [click(1)], cause: new Error('The disk is full.') });
  });

  test('hold their room until onFailed has them', async () => {
    let release = () => {};
    const taken = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { producer } = setUp({ onFailed: () => taken }, () => denied);
    await producer.put(click(1));
    const flushing = producer.flush();
    await reactions();
    expect(producer.metrics()).toMatchObject({ failed: 1, bufferedBytes: JSON.stringify(click(1)).length + 1 });
    release();
    await flushing;
    expect(producer.metrics().bufferedBytes).toBe(0);
  });

  test.each([
    ['in a request', { kind: 'hang' } as Reaction],
    ['in a pause', { kind: 'take', failing: { 0: THROTTLED } } as Reaction],
  ])('within the time that close has are handed over: %s, and behind it', async (_, reaction) => {
    const failures: FailedEvents[] = [];
    const onFailed = (failure: FailedEvents) => void failures.push(failure);
    const options = { onFailed, lanes: 1, requestTimeoutMs: 100_000 };
    const { producer, timers } = setUp(options, () => reaction);
    await producer.put(click(1));
    const flushing = producer.flush();
    await reactions();
    await producer.put(click(2));
    await ended(timers, producer.close({ timeoutMs: 5000 }));
    await flushing;
    expect(failures.flatMap(({ events }) => numbers([events])).sort()).toEqual([1, 2]);
    expect(failures.some(({ error }) => /within the 5000 ms that close\(\) had/.test(error.message))).toBe(true);
    expect(producer.metrics()).toMatchObject({ accepted: 2, failed: 2, inFlight: 0, buffered: 0, bufferedBytes: 0 });
    expect(timers.running).toBe(0);
  });
});

describe('a full buffer', () => {
  const pad = 'x'.repeat(99_900);
  const large = (n: number, user = 'ann'): Click => ({ user, n, pad });
  const MIB = 1024 * 1024;

  test('makes put wait until there is room, first come, first served', async () => {
    const { producer, events } = setUp({ maxBufferedBytes: MIB, lanes: 1, compression: 'none' });
    const order: number[] = [];
    const puts = Array.from({ length: 15 }, (_, n) => producer.put(large(n)).then(() => order.push(n)));
    await reactions();
    expect(producer.metrics().bufferedBytes).toBeLessThanOrEqual(MIB);
    await Promise.all(puts);
    await producer.flush();
    expect(order).toEqual(Array.from({ length: 15 }, (_, n) => n));
    expect(numbers(events.values())).toEqual(order);
  });

  test('lets a put wait no longer than it must: nothing waits for company meanwhile', async () => {
    const { producer, timers } = setUp({ maxBufferedBytes: MIB, recordBytes: MIB, compression: 'none', lanes: 256 });
    const puts = Array.from({ length: 15 }, (_, n) => producer.put(large(n, `user-${n}`)));
    await Promise.all(puts);
    expect(timers.nowMs()).toBe(0);
    await producer.close();
  });

  test('refuses puts once as many bytes wait as it holds, which shows in the metrics', async () => {
    const hang = (): Reaction => ({ kind: 'hang' });
    const { producer, timers } = setUp({ maxBufferedBytes: MIB, onFailed: () => {} }, hang);
    const outcomes: string[] = [];
    for (let n = 0; n < 25; n++) {
      producer.put(large(n)).then(
        () => outcomes.push('accepted'),
        (error: { code: string }) => outcomes.push(error.code),
      );
    }
    await reactions();
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'overrun')).toHaveLength(5);
    expect(producer.metrics().waiting).toBe(10);
    await ended(timers, producer.close({ timeoutMs: 10 }));
    expect(outcomes.filter((outcome) => outcome === 'closed')).toHaveLength(10);
    expectBalance(producer);
  });
});

describe('the options', () => {
  test.each([
    [{ lanes: 0 }, "The producer's option lanes is 0, and must be a whole number from 1 to 256."],
    [{ streamName: '' }, /option streamName is , and must be the name of a Kinesis stream/],
    [{ compression: 'lz4' as never }, /option compression is lz4, and must be gzip, zstd or none/],
    [{ recordBytes: 2_000_000 }, /option recordBytes is 2000000/],
    [{ retry: { maxAttempts: 0 } }, /option retry.maxAttempts is 0, and must be a whole number from 1\./],
    [{ lingerMs: Number.NaN }, /option lingerMs is NaN/],
  ])('%j are refused', (options, message) => {
    expect(() => setUp(options)).toThrow(message);
  });

  test('without a client are refused', () => {
    const options = { streamName: 'clicks', partitionKey: () => 'key' };
    expect(() => new Producer(options)).toThrow(
      "The producer's option client is undefined, and must be a KinesisClient.",
    );
  });
});
