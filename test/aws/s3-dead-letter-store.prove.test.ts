import { gzipSync } from 'node:zlib';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisRecordPutter } from '../../adapters/aws/kinesis-record-putter.ts';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { S3DeadLetterStore, type S3DeadLetterStoreOptions } from '../../adapters/aws/s3-dead-letter-store.ts';
import { S3KeptObjects } from '../../adapters/aws/s3-kept-objects.ts';
import { S3RedriveNotes } from '../../adapters/aws/s3-redrive-notes.ts';
import { formatSideOutput } from '../../adapters/aws/side-output-object.ts';
import { deadLetterStoreConformance, request } from '../conformance/dead-letter-store.ts';
import { fresh } from '../conformance/fresh.ts';
import { bytes, deadLetter, streamsOf } from '../support/side-outputs.ts';
import { startConditionalS3 } from './conditional-s3.ts';
import { discardedBatchObject } from './discarded-batch-object.ts';
import { clientSettings, describeWithKinesis, describeWithSqsAndS3 } from './emulators.ts';
import { type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';
import { makeStream, readStream } from './kinesis-streams.ts';
import { recordedBackoff } from './recorded-backoff.ts';

const NOW_MS = Date.parse('2026-03-02T00:00:00Z');

describeWithKinesis('S3DeadLetterStore', (kinesisEndpoint) => {
  describeWithSqsAndS3('over HTTP', (s3Endpoint) => {
    const bucket = fresh('dead-letters');
    /** Between all clients and the services; S3 behind it honours conditional writes. */
    let s3Faults: FaultProxy;
    let kinesisFaults: FaultProxy;
    let conditional: { url: string; close(): Promise<void> };
    let s3: S3Client;
    let kinesis: KinesisClient;
    let putter: KinesisRecordPutter;
    let attempts = 0;

    beforeAll(async () => {
      conditional = await startConditionalS3(s3Endpoint().url);
      s3Faults = await startFaultProxy(conditional.url);
      kinesisFaults = await startFaultProxy(kinesisEndpoint().url);
      s3 = new S3Client({ ...clientSettings(s3Faults, 3), forcePathStyle: true });
      kinesis = new KinesisClient({ ...clientSettings(kinesisFaults, 1), requestHandler: new NodeHttpHandler() });
      putter = await KinesisRecordPutter.of(kinesis, recordedBackoff());
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    });
    afterAll(async () => {
      for (const client of [s3, kinesis]) client.destroy();
      for (const server of [s3Faults, kinesisFaults, conditional]) await server.close();
    });

    const read = (stream: string) => readStream(kinesis, stream);

    function open(streams: readonly string[], change: Partial<S3DeadLetterStoreOptions> = {}): S3DeadLetterStore {
      return new S3DeadLetterStore({
        objects: new S3KeptObjects(s3, bucket),
        notes: new S3RedriveNotes(s3, bucket),
        putter,
        streams: streamsOf(...streams),
        kinesisNames: new Map(streams.map((name) => [name, name])),
        clock: { nowMs: () => NOW_MS },
        newAttempt: () => `attempt ${++attempts}`,
        ...change,
      });
    }

    /** A stream with one dead letter, and a store of it. */
    async function setUp() {
      const stream = await makeStream(kinesis, 2);
      await new S3DeadLetterSink({ client: s3, bucket }).put([deadLetter(stream, '10')]);
      return { stream, store: open([stream]), id: `dead/${stream}/shard-0/10.0` };
    }

    const putObject = (Key: string, Body: string | Uint8Array) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

    deadLetterStoreConformance('as a dead letter store', async () => {
      const [stream, other] = [await makeStream(kinesis, 2), await makeStream(kinesis, 2)];
      const sink = new S3DeadLetterSink({ client: s3, bucket });
      return { store: open([stream, other]), sink, stream, other, nowMs: NOW_MS, read };
    });

    describe('the note of a redrive', () => {
      test('lies under redriven/ and the key of the record, with shard and sequence number', async () => {
        const { store, id } = await setUp();
        await store.redrive(id, request);
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `redriven/${id}.json` }));
        expect(JSON.parse((await Body?.transformToString()) ?? '')).toEqual({
          ...{ attempt: expect.any(String), step: 1, by: 'ann', atMs: NOW_MS },
          puts: [
            {
              state: 'redriven',
              shard: expect.stringMatching(/^shardId-/),
              sequence: expect.stringMatching(/^\d{50,}$/),
            },
          ],
        });
      });

      test('that is damaged makes the outcome unknown, hides no other record, and is never written over', async () => {
        const { store, id, stream } = await setUp();
        await putObject(`redriven/${id}.json`, '{}');
        expect((await store.list({ kinds: ['dead'], stream, limit: 5 })).records[0]?.redrive?.puts).toEqual([
          { state: 'unknown', message: expect.stringMatching(/is not a note of a redrive: \{\}\./) },
        ]);
        await expect(store.redrive(id, { ...request, again: true })).rejects.toThrow(/is not a note of a redrive/);
        expect(await read(stream)).toEqual([]);
      });

      test('whose write lost its reply is known again by the attempt that wrote it', async () => {
        const { store, id, stream } = await setUp();
        const start = s3Faults.seen.length;
        // Three reads (the list of objects, the record and its note), the note once more, and then the intent.
        s3Faults.inject(...PASSING, { kind: 'loseReply' });
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'redriven' });
        const puts = s3Faults.seen.slice(start).filter(({ operation }) => operation === 'PUT');
        expect(puts.length).toBe(3);
        expect(await read(stream)).toHaveLength(1);
      });
    });

    describe('a redrive', () => {
      test('whose intent cannot be written sends nothing, and can be done again', async () => {
        const { store, id, stream } = await setUp();
        s3Faults.inject(...PASSING, ...Array.from({ length: 3 }, () => OUT_OF_ORDER));
        await expect(store.redrive(id, request)).rejects.toThrow(/^Writing the note s3:.* of a redrive failed with/);
        expect(await read(stream)).toEqual([]);
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'redriven' });
      });

      test('whose reply is lost is unknown, is refused, and again is sent once more', async () => {
        const { store, id, stream } = await setUp();
        kinesisFaults.inject({ kind: 'loseReply' });
        expect(await store.redrive(id, request)).toEqual({
          outcome: 'unknown',
          message: expect.stringMatching(/^Putting a record into Kinesis stream .* failed with/),
        });
        // Not repeated by the SDK: it would have been a second record.
        expect(await read(stream)).toHaveLength(1);
        expect((await store.get(id))?.redrive?.puts).toMatchObject([{ state: 'unknown' }]);
        expect(await store.redrive(id, request)).toEqual({
          outcome: 'unknown',
          message: expect.stringMatching(
            /^A redrive of it, begun by ann at 2026-03-02.* or send it once more with --again\.$/,
          ),
        });
        expect(await read(stream)).toHaveLength(1);
        expect(await store.redrive(id, { ...request, again: true })).toMatchObject({ outcome: 'redriven' });
        expect(await read(stream)).toHaveLength(2);
        expect(await store.redrive(id, { ...request, again: true })).toMatchObject({ outcome: 'skipped' });
      });

      test('that dies between intent and record is unknown', async () => {
        const { store, id, stream } = await setUp();
        const { promise: sending, resolve } = Promise.withResolvers<void>();
        const dying = Object.create(putter) as KinesisRecordPutter;
        dying.put = () => {
          resolve();
          return new Promise(() => {});
        };
        void open([stream], { putter: dying }).redrive(id, request);
        await sending;
        expect((await store.get(id))?.redrive?.puts).toEqual([
          { state: 'unknown', message: 'It was about to be sent, and no outcome was written down.' },
        ]);
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'unknown' });
        expect(await read(stream)).toEqual([]);
        expect(await store.redrive(id, { ...request, again: true })).toMatchObject({ outcome: 'redriven' });
      });

      test('that dies between record and outcome is unknown, and the sequence number is told', async () => {
        const { store, id, stream } = await setUp();
        s3Faults.inject(...PASSING, PASS, ...Array.from({ length: 3 }, () => OUT_OF_ORDER));
        expect(await store.redrive(id, request)).toEqual({
          outcome: 'unknown',
          message: expect.stringMatching(
            /^It was sent, and that could not be written down\. Its place in the stream is shardId-\d+ \d+\. Writing the note/,
          ),
        });
        expect(await read(stream)).toHaveLength(1);
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'unknown' });
        expect(await read(stream)).toHaveLength(1);
      });

      test('that was taken for dead and wakes does not write over the note of its successor', async () => {
        const { store, id, stream } = await setUp();
        const { promise: sent, resolve } = Promise.withResolvers<void>();
        const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
        const freezing = Object.create(putter) as KinesisRecordPutter;
        freezing.put = async (name, payload) => {
          const put = await putter.put(name, payload);
          resolve();
          await thawed;
          return put;
        };
        const frozen = open([stream], { putter: freezing }).redrive(id, request);
        await sent;
        await store.redrive(id, { ...request, by: 'bob', again: true });
        thaw();
        expect(await frozen).toEqual({
          outcome: 'unknown',
          message: expect.stringMatching(
            /somebody else has begun to redrive it again meanwhile: it may be there twice/,
          ),
        });
        expect((await store.get(id))?.redrive).toMatchObject({ by: 'bob', puts: [{ state: 'redriven' }] });
      });

      test.each([false, true])(
        'by two who both saw that nothing was sent puts one record (again: %s)',
        async (again) => {
          const { store, id, stream } = await setUp();
          if (again) {
            kinesisFaults.inject({ kind: 'answer', status: 500, body: {} });
            expect(await store.redrive(id, request)).toMatchObject({ outcome: 'unknown' });
          }
          const notes = new S3RedriveNotes(s3, bucket);
          let begun = 0;
          const { promise: bothBegin, resolve } = Promise.withResolvers<void>();
          // Each reads twice: for the record that is shown, and to begin. There they wait for each other.
          const meeting = () => {
            let reads = 0;
            return {
              write: notes.write.bind(notes),
              read: async (key: string) => {
                const found = await notes.read(key);
                if (++reads < 2) return found;
                if (++begun === 2) resolve();
                await bothBegin;
                return found;
              },
            };
          };
          const both = ['ann', 'bob'].map((by) =>
            open([stream], { notes: meeting() }).redrive(id, { ...request, by, again }),
          );
          expect((await Promise.all(both)).map(({ outcome }) => outcome).sort()).toEqual(['redriven', 'skipped']);
          expect(await read(stream)).toHaveLength(1);
        },
      );

      test('that is throttled waits, tries again, and puts one record', async () => {
        const { store, id, stream } = await setUp();
        kinesisFaults.inject(THROTTLED, THROTTLED);
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'redriven' });
        expect(await read(stream)).toHaveLength(1);
      });

      test.each([
        ['throttled to the end', Array.from({ length: 6 }, () => refusal('ProvisionedThroughputExceededException'))],
        ['refused', [refusal('AccessDeniedException')]],
      ])('that is %s has failed, and can be done again', async (_, faults) => {
        const { store, id, stream } = await setUp();
        kinesisFaults.inject(...faults);
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'failed' });
        expect((await store.get(id))?.redrive?.puts).toMatchObject([{ state: 'failed' }]);
        expect(await store.redrive(id, request)).toMatchObject({ outcome: 'redriven' });
        expect(await read(stream)).toHaveLength(1);
      });

      test('into a stream whose Kinesis name is not known has failed, and says what to give', async () => {
        const { id, stream } = await setUp();
        expect(await open([stream], { kinesisNames: new Map() }).redrive(id, request)).toEqual({
          outcome: 'failed',
          message: `It is not known which Kinesis stream carries '${stream}': give --stream-name ${stream}=NAME, or the stack that has it.`,
        });
      });
    });

    describe('objects of many records', () => {
      const letters = (stream: string, from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) =>
          deadLetter(stream, '10', { position: { sequence: '10', index: from + i }, bytes: bytes(`bad ${from + i}`) }),
        );

      async function everyId(store: S3DeadLetterStore, stream: string, limit: number): Promise<number[]> {
        const indexes: number[] = [];
        let after: string | undefined;
        do {
          const page = await store.list({ kinds: ['dead'], stream, limit, after });
          for (const { position } of page.records) indexes.push(position.index);
          after = page.cursor ?? undefined;
        } while (after !== undefined);
        return indexes;
      }

      test.each([7, 1000])('that overlap are listed once and in order, in pages of %d', async (limit) => {
        const stream = await makeStream(kinesis, 1);
        const [store, sink] = [open([stream]), new S3DeadLetterSink({ client: s3, bucket })];
        const all = letters(stream, 0, 60);
        // A container that is behind, and knows one less; then attempts that were cut in several ways.
        await sink.put(all.slice(0, 40).filter((_, i) => i !== 5));
        for (const [from, to] of [
          [0, 60],
          [0, 12],
          [12, 30],
          [28, 45],
          [40, 60],
        ]) {
          await sink.put(all.slice(from, to));
        }
        await sink.put(letters(stream, 60, 75));
        expect(await everyId(store, stream, limit)).toEqual(Array.from({ length: 75 }, (_, i) => i));
        for (const index of [0, 5, 29, 59, 60, 74]) {
          const record = await store.get(`dead/${stream}/shard-0/10.${index}`);
          expect(Buffer.from(record?.payloads[0]?.data ?? []).toString()).toBe(`bad ${index}`);
        }
        expect(await store.get(`dead/${stream}/shard-0/10.75`)).toBeNull();
      });

      test('go back by line, each once', async () => {
        const stream = await makeStream(kinesis, 1);
        const store = open([stream]);
        await new S3DeadLetterSink({ client: s3, bucket }).put(letters(stream, 0, 20));
        for (const index of [3, 11, 3]) await store.redrive(`dead/${stream}/shard-0/10.${index}`, request);
        expect((await read(stream)).map(({ data }) => Buffer.from(data).toString()).sort()).toEqual([
          'bad 11',
          'bad 3',
        ]);
        const { records } = await store.list({ kinds: ['dead'], stream, limit: 50 });
        expect(records.flatMap(({ position, redrive }) => (redrive ? [position.index] : []))).toEqual([3, 11]);
      });

      test('are listed with those of the version before, which kept each record in an object of its own', async () => {
        const stream = await makeStream(kinesis, 1);
        const store = open([stream]);
        // The last was kept by an attempt of the version before that did not come to its commit.
        for (const letter of letters(stream, 0, 12)) {
          await putObject(`dead/${stream}/shard-0/10.${letter.position.index}.json`, formatSideOutput(letter));
        }
        await new S3DeadLetterSink({ client: s3, bucket }).put(letters(stream, 11, 20));
        for (const limit of [3, 100]) {
          const indexes = await everyId(store, stream, limit);
          expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
        }
        for (const index of [2, 11, 15]) {
          expect(await store.redrive(`dead/${stream}/shard-0/10.${index}`, request)).toMatchObject({
            outcome: 'redriven',
          });
        }
        expect(await read(stream)).toHaveLength(3);
      });

      test('of which a line is damaged show the others, and the object as unreadable', async () => {
        const stream = await makeStream(kinesis, 1);
        const store = open([stream]);
        await new S3DeadLetterSink({ client: s3, bucket }).put(letters(stream, 0, 3));
        const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `dead/${stream}/` }));
        const key = Contents?.[0]?.Key ?? '';
        const lines = letters(stream, 0, 3).map(formatSideOutput);
        await putObject(key, gzipSync(`${lines[0]}\n{"kind":\n${lines[2]}\n`));
        const { records } = await store.list({ kinds: ['dead'], stream, limit: 50 });
        expect(records.map(({ id, reason }) => [id, reason])).toEqual([
          [`dead/${stream}/shard-0/10.0`, 'wrong_type'],
          [`dead/${stream}/shard-0/10.2`, 'wrong_type'],
          [key, 'unreadable'],
        ]);
        expect(await store.get(key)).toMatchObject({ reason: 'unreadable', payloads: [] });
        expect(await store.redrive(key, request)).toMatchObject({ outcome: 'failed' });
        expect(await store.list({ kinds: ['dead'], stream, limit: 50, after: key })).toEqual({
          records: [],
          cursor: null,
        });
        await putObject(key, 'no gzip');
        expect((await store.list({ kinds: ['dead'], stream, limit: 50 })).records).toMatchObject([{ id: key }]);
      });
    });

    describe('an object that is no record', () => {
      test('is shown as unreadable, and cannot be redriven', async () => {
        const { store, stream } = await setUp();
        await putObject(`dead/${stream}/shard-0/11.0.json`, 'oops');
        const { records } = await store.list({ kinds: ['dead'], stream, limit: 5 });
        expect(records.map(({ id, reason }) => [id, reason])).toEqual([
          [`dead/${stream}/shard-0/11.0`, 'unreadable'],
          [`dead/${stream}/shard-0/10.0`, 'wrong_type'],
        ]);
        expect(await store.redrive(`dead/${stream}/shard-0/11.0`, request)).toMatchObject({ outcome: 'failed' });
      });
    });

    describe('a discarded batch', () => {
      async function discarded(events: readonly string[]) {
        const { stream, store } = await setUp();
        const key = `aws/lambda/1f0c/${fresh('shardId')}/2026/03/01/batch`;
        await putObject(key, discardedBatchObject(stream, events));
        return { stream, store, key };
      }

      test('is listed with its records, and why it was given up', async () => {
        const { stream, store, key } = await discarded(['{"a":1}', 'b\nc', '']);
        const { records } = await store.list({ kinds: ['discarded'], stream, limit: 5 });
        expect(records).toMatchObject([
          {
            ...{ id: key, kind: 'discarded', stream, shard: 'shardId-000000000000', reason: 'RetryAttemptsExhausted' },
            ...{ position: { sequence: '100', index: 0 }, arrivalMs: Date.parse('2026-03-01T11:00:00Z') },
            message: 'Lambda gave up on a batch of 3 records of shardId-000000000000, from 100 to 102.',
            redrive: null,
          },
        ]);
        expect(records[0]?.payloads.map(({ data }) => Buffer.from(data).toString())).toEqual(['{"a":1}', 'b\nc', '']);
      });

      test('goes back record by record under the keys that they had, each once', async () => {
        const { stream, store, key } = await discarded(Array.from({ length: 250 }, (_, i) => `event ${i}`));
        const outcome = await store.redrive(key, request);
        expect(outcome).toMatchObject({ outcome: 'redriven' });
        expect(outcome.outcome === 'redriven' && outcome.puts.length).toBe(250);
        const put = (await read(stream)).map(({ partitionKey, data }) => `${partitionKey}: ${Buffer.from(data)}`);
        expect(put.sort()).toEqual(Array.from({ length: 250 }, (_, i) => `key ${i}: event ${i}`).sort());
        expect(await store.redrive(key, request)).toMatchObject({ outcome: 'skipped' });
      });

      test('of which some records were refused sends these alone the next time', async () => {
        const { stream, store, key } = await discarded(['a', 'b', 'c']);
        kinesisFaults.inject(PASS, refusal('AccessDeniedException'));
        expect(await store.redrive(key, request)).toEqual({
          outcome: 'failed',
          message: expect.stringMatching(/^1 of 3 records: Putting a record into/),
        });
        expect(await read(stream)).toHaveLength(2);
        expect(await store.redrive(key, request)).toMatchObject({ outcome: 'redriven' });
        expect((await read(stream)).map(({ data }) => Buffer.from(data).toString()).sort()).toEqual(['a', 'b', 'c']);
      });

      test('of which one reply was lost leaves that record alone in doubt', async () => {
        const { stream, store, key } = await discarded(['a', 'b', 'c']);
        kinesisFaults.inject({ kind: 'loseReply' });
        expect(await store.redrive(key, request)).toMatchObject({ outcome: 'unknown' });
        expect(await read(stream)).toHaveLength(3);
        expect(await store.redrive(key, { ...request, again: true })).toMatchObject({ outcome: 'redriven' });
        expect(await read(stream)).toHaveLength(4);
      });

      test('that cannot be read is shown as such', async () => {
        const { store } = await setUp();
        const key = `aws/lambda/1f0c/${fresh('broken')}`;
        await putObject(key, '{"requestContext":{}}');
        expect(await store.get(key)).toMatchObject({ reason: 'unreadable', payloads: [], stream: 'unknown' });
        expect(await store.redrive(key, request)).toMatchObject({ outcome: 'failed' });
      });
    });
  });
});

/** A fault that is none: the request passes. */
const PASS = { kind: 'pass' } as const;
/** What a redrive reads before it writes its intent. */
const PASSING = [PASS, PASS, PASS, PASS];
const OUT_OF_ORDER = { kind: 'answer', status: 503, body: {} } as const;
const THROTTLED = refusal('ProvisionedThroughputExceededException');
