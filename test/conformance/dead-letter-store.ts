import type { DeadLetterSink } from '../../engine/ports/dead-letter-sink.ts';
import {
  type DeadLetterStore,
  type Payload,
  SIDE_OUTPUT_KINDS,
  SideOutputIdError,
  type SideOutputQuery,
  type StoredSideOutput,
} from '../../engine/ports/dead-letter-store.ts';
import { ARRIVAL_MS, bytes, deadLetter, lateEvent } from '../support/side-outputs.ts';
import { hex } from './fresh.ts';

export interface DeadLetterStoreFixture {
  /** Of a pipeline with the streams `stream` and `other`, which are there and empty. Its clock stands at `nowMs`. */
  readonly store: DeadLetterStore;
  readonly sink: DeadLetterSink;
  readonly stream: string;
  readonly other: string;
  readonly nowMs: number;
  /** All records of a stream. */
  read(stream: string): Promise<readonly Payload[]>;
  close?(): Promise<void>;
}

type Check = (fact: string, body: (fixture: DeadLetterStoreFixture) => Promise<void>) => void;

/** What every `DeadLetterStore` does with dead letters and late events. Each test has streams of its own. */
export function deadLetterStoreConformance(name: string, create: () => Promise<DeadLetterStoreFixture>): void {
  const check: Check = (fact, body) => {
    test(fact, async () => {
      const fixture = await create();
      try {
        await body(fixture);
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('the list', () => declareListTests(check));
    describe('a page', () => declarePageTests(check));
    describe('a record', () => declareRecordTests(check));
    describe('a redrive', () => declareRedriveTests(check));
  });
}

export const request = { by: 'ann', again: false, pace: async () => {} };

const ids = async (store: DeadLetterStore, query: Partial<SideOutputQuery>): Promise<string[]> =>
  (await store.list({ kinds: SIDE_OUTPUT_KINDS, limit: 100, ...query })).records.map(({ id }) => id);

function declareListTests(check: Check): void {
  check('of nothing is empty', async ({ store, stream }) => {
    expect(await store.list({ kinds: SIDE_OUTPUT_KINDS, stream, limit: 10 })).toEqual({ records: [], cursor: null });
  });

  check('tells what is known of each record', async ({ store, sink, stream }) => {
    await sink.put([deadLetter(stream, '10'), lateEvent(stream, '11')]);
    const { records } = await store.list({ kinds: SIDE_OUTPUT_KINDS, stream, limit: 10 });
    const common = { stream, shard: 'shard-0', arrivalMs: ARRIVAL_MS, redrive: null };
    expect(records.map(({ payloads, ...facts }) => facts)).toEqual([
      {
        ...common,
        ...{ id: `dead/${stream}/shard-0/10.0`, kind: 'dead', position: { sequence: '10', index: 0 } },
        ...{ reason: 'wrong_type', message: 'It is wrong.', missed: null },
      },
      {
        ...common,
        ...{ id: `late/${stream}/shard-0/11.0.v1`, kind: 'late', position: { sequence: '11', index: 0 } },
        reason: 'late',
        missed: { view: 'v1', windowStartMs: 0, windowEndMs: 60_000, eventTimeMs: 1 },
        message:
          "The event of 1970-01-01T00:00:00.001Z missed the window from 1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z of view 'v1'.",
      },
    ]);
    expect(records.map(({ payloads }) => payloads.map(({ data }) => Buffer.from(data).toString()))).toEqual([
      ['{"user":"ann"}'],
      ['{"user":"ann"}'],
    ]);
  });

  check('is divided by kind, stream and reason', async ({ store, sink, stream, other }) => {
    await sink.put([
      deadLetter(stream, '10'),
      deadLetter(stream, '11', { reason: 'future_time' }),
      lateEvent(stream, '12'),
      deadLetter(other, '13'),
    ]);
    expect(await ids(store, { stream, kinds: ['late'] })).toEqual([`late/${stream}/shard-0/12.0.v1`]);
    expect(await ids(store, { stream: other })).toEqual([`dead/${other}/shard-0/13.0`]);
    expect(await ids(store, { stream, reason: 'future_time' })).toEqual([`dead/${stream}/shard-0/11.0`]);
    expect((await ids(store, { kinds: ['dead'], reason: 'wrong_type' })).sort()).toEqual(
      [`dead/${stream}/shard-0/10.0`, `dead/${other}/shard-0/13.0`].sort(),
    );
    expect(await ids(store, { stream, kinds: [] })).toEqual([]);
  });

  check('is cut by arrival, the start within and the end without', async ({ store, sink, stream }) => {
    const arrived = (sequence: string, arrivalMs: number | null) => deadLetter(stream, sequence, { arrivalMs });
    await sink.put([arrived('10', ARRIVAL_MS), arrived('11', ARRIVAL_MS + 1), arrived('12', null)]);
    const [first, second] = [`dead/${stream}/shard-0/10.0`, `dead/${stream}/shard-0/11.0`];
    expect(await ids(store, { stream, sinceMs: ARRIVAL_MS })).toEqual([first, second]);
    expect(await ids(store, { stream, sinceMs: ARRIVAL_MS + 1 })).toEqual([second]);
    expect(await ids(store, { stream, untilMs: ARRIVAL_MS + 1 })).toEqual([first]);
    expect(await ids(store, { stream })).toHaveLength(3);
  });
}

function declarePageTests(check: Check): void {
  check('goes on after the one before, until every record was there once', async ({ store, sink, stream, other }) => {
    const sequences = ['9', '10', '11', '100', '101'];
    await sink.put([stream, other].flatMap((name) => sequences.map((sequence) => deadLetter(name, sequence))));
    await sink.put(sequences.map((sequence) => lateEvent(stream, sequence)));
    for (const limit of [2, 15, 100]) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const { records, cursor } = await store.list({ kinds: SIDE_OUTPUT_KINDS, limit, after });
        expect(records.length).toBeLessThanOrEqual(limit);
        seen.push(...records.map(({ id }) => id));
        after = cursor ?? undefined;
      } while (after !== undefined);
      expect({ limit, seen: seen.length, different: new Set(seen).size }).toEqual({ limit, seen: 15, different: 15 });
      expect(seen.findIndex((id) => id.startsWith('late/'))).toBe(10);
    }
  });

  check('of filtered records goes on as well', async ({ store, sink, stream }) => {
    const every = Array.from({ length: 40 }, (_, i) =>
      deadLetter(stream, String(100 + i), { reason: i % 10 === 0 ? 'oversized' : 'not_json' }),
    );
    await sink.put(every);
    const query = { kinds: ['dead'] as const, stream, reason: 'oversized', limit: 3 };
    const first = await store.list(query);
    expect(first.records.map(({ position }) => position.sequence)).toEqual(['100', '110', '120']);
    const second = await store.list({ ...query, after: first.cursor ?? undefined });
    expect(second.records.map(({ position }) => position.sequence)).toEqual(['130']);
  });

  check('of records that were put in one call ends at any of them', async ({ store, sink, stream }) => {
    const every = Array.from({ length: 30 }, (_, i) =>
      deadLetter(stream, '10', { position: { sequence: '10', index: i } }),
    );
    await sink.put(every);
    await sink.put(every.slice(10, 20));
    for (const limit of [1, 7, 29, 30]) {
      const indexes: number[] = [];
      let after: string | undefined;
      do {
        const { records, cursor } = await store.list({ kinds: ['dead'], stream, limit, after });
        for (const { position } of records) indexes.push(position.index);
        after = cursor ?? undefined;
      } while (after !== undefined);
      expect(indexes).toEqual(every.map((_, i) => i));
    }
  });

  check('after what is no id is refused', async ({ store }) => {
    await expect(store.list({ kinds: ['dead'], limit: 1, after: 'dead/nonsense' })).rejects.toThrow(SideOutputIdError);
  });
}

function declareRecordTests(check: Check): void {
  check('is found by its id, whatever characters its names have', async ({ store, sink, stream }) => {
    const missed = { view: 'ü!x.y', windowStartMs: 0, windowEndMs: 1 };
    await sink.put([
      deadLetter(stream, '10', { shard: '1431856800:shardId-000000000003', position: { sequence: '10', index: 7 } }),
      lateEvent(stream, '9'.repeat(129), { shard: 'ä/b!c', missed }),
    ]);
    const { records } = await store.list({ kinds: SIDE_OUTPUT_KINDS, stream, limit: 10 });
    expect(records.map(({ position }) => position.index)).toEqual([7, 0]);
    for (const record of records) expect(comparable(await store.get(record.id))).toEqual(comparable(record));
  });

  check('is null under an id of nothing, and under what is no id', async ({ store, stream }) => {
    for (const id of [
      `dead/${stream}/shard-0/10.0`,
      `late/${stream}/shard-0/10.0`,
      'dead/a/b/c',
      '',
      '../x',
      'aws/x',
    ]) {
      expect({ id, record: await store.get(id) }).toEqual({ id, record: null });
    }
  });

  check('of a stream that the pipeline does not have is not shown', async ({ store, sink, stream }) => {
    await sink.put([deadLetter(`${stream}-2`, '10')]);
    expect(await ids(store, {})).toEqual([]);
    expect(await store.get(`dead/${stream}-2/shard-0/10.0`)).toBeNull();
  });
}

function comparable(record: StoredSideOutput | null) {
  return record && { ...record, payloads: record.payloads.map(({ data, ...rest }) => ({ ...rest, data: hex(data) })) };
}

function declareRedriveTests(check: Check): void {
  check('puts the exact bytes back under the key that the event names, and notes it', async (fixture) => {
    const { store, sink, stream, other, nowMs, read } = fixture;
    const id = `dead/${stream}/shard-0/10.0`;
    await sink.put([deadLetter(stream, '10')]);
    expect(await store.redrive(id, request)).toMatchObject({ outcome: 'redriven', puts: [{ state: 'redriven' }] });
    expect(shown(await read(stream))).toEqual([{ partitionKey: 'ann', data: hex(bytes({ user: 'ann' })) }]);
    expect(await read(other)).toEqual([]);
    const note = (await store.get(id))?.redrive;
    expect(note).toMatchObject({ by: 'ann', atMs: nowMs, puts: [{ state: 'redriven', sequence: expect.any(String) }] });
    expect((await store.list({ kinds: ['dead'], stream, limit: 1 })).records[0]?.redrive).toEqual(note);
  });

  check('keeps every value of a byte, and a half event', async ({ store, sink, stream, read }) => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
    await sink.put([
      deadLetter(stream, '10', { bytes: everyByte }),
      deadLetter(stream, '11', { bytes: bytes('{"us') }),
    ]);
    for (const sequence of ['10', '11']) await store.redrive(`dead/${stream}/shard-0/${sequence}.0`, request);
    const put = shown(await read(stream)).map(({ data }) => data);
    expect(put.sort()).toEqual([hex(everyByte), hex(bytes('{"us'))].sort());
  });

  check(
    'of what names no key, or an unusable one, goes under one of its own',
    async ({ store, sink, stream, read }) => {
      await sink.put([
        deadLetter(stream, '10', { bytes: bytes('no json') }),
        deadLetter(stream, '11', { bytes: bytes({ user: '' }) }),
        deadLetter(stream, '12', { bytes: bytes({ user: 'x'.repeat(300) }) }),
        deadLetter(stream, '13', { bytes: bytes({ user: 7 }) }),
      ]);
      for (const sequence of ['10', '11', '12', '13']) {
        const outcome = await store.redrive(`dead/${stream}/shard-0/${sequence}.0`, request);
        expect(outcome.outcome).toBe('redriven');
      }
      const keys = (await read(stream)).map(({ partitionKey }) => partitionKey);
      expect(keys.sort()).toEqual(['7', 'shard-0:10.0', 'shard-0:11.0', 'x'.repeat(256)].sort());
    },
  );

  check('of a letter that many events share puts them back as one record', async ({ store, sink, stream, read }) => {
    const lines = bytes('bad\n{"page":1}\n{"user":"ann"}\n{"user":"bob"}');
    const id = `dead/${stream}/shard-0/10.1000`;
    const position = { sequence: '10', index: 1000 };
    await sink.put([deadLetter(stream, '10', { position, reason: 'many_dead', bytes: lines, events: 4 })]);
    expect(await store.redrive(id, request)).toMatchObject({ outcome: 'redriven' });
    expect(shown(await read(stream))).toEqual([{ partitionKey: 'ann', data: hex(lines) }]);
  });

  check('done before sends nothing', async ({ store, sink, stream, read }) => {
    const id = `dead/${stream}/shard-0/10.0`;
    await sink.put([deadLetter(stream, '10')]);
    await store.redrive(id, request);
    const note = (await store.get(id))?.redrive;
    for (const again of [false, true]) {
      const outcome = await store.redrive(id, { ...request, by: 'bob', again });
      expect(outcome).toEqual({ outcome: 'skipped', message: expect.stringMatching(/redriven before/) });
    }
    expect(await read(stream)).toHaveLength(1);
    expect((await store.get(id))?.redrive).toEqual(note);
  });

  check('is noted also where the record is written again later', async ({ store, sink, stream }) => {
    const id = `dead/${stream}/shard-0/10.0`;
    await sink.put([deadLetter(stream, '10')]);
    await store.redrive(id, request);
    await sink.put([deadLetter(stream, '10')]);
    expect(await store.redrive(id, request)).toMatchObject({ outcome: 'skipped' });
  });

  check('of an event that was late for two views puts it once', async ({ store, sink, stream, read }) => {
    const missing = (view: string) => lateEvent(stream, '10', { missed: { view, windowStartMs: 0, windowEndMs: 1 } });
    await sink.put([missing('v1'), missing('v2')]);
    const outcomes = [];
    for (const id of await ids(store, { stream })) outcomes.push((await store.redrive(id, request)).outcome);
    expect(outcomes).toEqual(['redriven', 'skipped']);
    expect(await read(stream)).toHaveLength(1);
    const { records } = await store.list({ kinds: ['late'], stream, limit: 10 });
    expect(records.map(({ redrive }) => redrive?.by)).toEqual(['ann', 'ann']);
  });

  check('by two at once puts one record', async ({ store, sink, stream, read }) => {
    const id = `dead/${stream}/shard-0/10.0`;
    await sink.put([deadLetter(stream, '10')]);
    const outcomes = await Promise.all(['ann', 'bob', 'eve'].map((by) => store.redrive(id, { ...request, by })));
    expect(await read(stream)).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'redriven')).toHaveLength(1);
  });

  check('waits for its turn before it sends', async ({ store, sink, stream, read }) => {
    await sink.put([deadLetter(stream, '10')]);
    const before: number[] = [];
    const pace = async () => {
      before.push((await read(stream)).length);
    };
    await store.redrive(`dead/${stream}/shard-0/10.0`, { ...request, pace });
    expect(before).toEqual([0]);
  });

  check('of nothing fails and sends nothing', async ({ store, stream, read }) => {
    const outcome = await store.redrive(`dead/${stream}/shard-0/10.0`, request);
    expect(outcome).toEqual({ outcome: 'failed', message: expect.stringMatching(/keeps nothing under the id/) });
    expect(await read(stream)).toEqual([]);
  });
}

function shown(payloads: readonly Payload[]) {
  return payloads.map(({ partitionKey, data }) => ({ partitionKey, data: hex(data) }));
}
