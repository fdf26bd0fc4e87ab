import type { DeadLetter, DeadLetterSink, LateEvent, SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { fresh, hex } from './fresh.ts';

export interface DeadLetterSinkFixture {
  readonly sink: DeadLetterSink;
  /** Everything kept of a stream, in any order. */
  read(stream: string): Promise<readonly SideRecord[]>;
  close?(): Promise<void>;
}

/** What every `DeadLetterSink` does. Each test uses streams of its own: `create` may give a shared store. */
export function deadLetterSinkConformance(name: string, create: () => Promise<DeadLetterSinkFixture>): void {
  const check = (fact: string, body: (fixture: DeadLetterSinkFixture, stream: string) => Promise<void>) => {
    test(fact, async () => {
      const fixture = await create();
      try {
        await body(fixture, fresh('stream'));
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('a record', () => declareRecordTests(check));
    describe('a position', () => declarePositionTests(check));
  });
}

type Check = (fact: string, body: (fixture: DeadLetterSinkFixture, stream: string) => Promise<void>) => void;

const LONG_SEQUENCE = '9'.repeat(129);

function declareRecordTests(check: Check): void {
  check('of a stream that has none is not there', async ({ read }, stream) => {
    expect(await read(stream)).toEqual([]);
  });

  check('of none in a call writes nothing', async ({ sink, read }, stream) => {
    await sink.put([]);
    expect(await read(stream)).toEqual([]);
  });

  check('that is a dead letter comes back as it was put', async (fixture, stream) => {
    await keeps(fixture, stream, [
      dead(stream, '10', 0, { reason: 'future_time', message: 'Field "ü" is 1 h ahead.\n😀' }),
    ]);
  });

  check('that is a dead letter of many events comes back as it was put', async (fixture, stream) => {
    const bytes = Buffer.from('bad 1\nbad 2\n{}');
    await keeps(fixture, stream, [dead(stream, '10', 1000, { reason: 'many_dead', bytes, events: 3 })]);
  });

  check('that is a late event comes back as it was put', async (fixture, stream) => {
    const missed = { view: 'v1#ü', windowStartMs: -60_000, windowEndMs: 0 };
    await keeps(fixture, stream, [late(stream, '10', 0, { eventTimeMs: -1, missed })]);
  });

  check('keeps every value of a byte, and no bytes at all', async (fixture, stream) => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
    await keeps(fixture, stream, [
      dead(stream, '10', 0, { bytes: everyByte }),
      dead(stream, '11', 0, { bytes: new Uint8Array(0), reason: 'empty_record' }),
      late(stream, '12', 0, { bytes: everyByte.subarray(100, 200) }),
    ]);
  });

  check('keeps a mebibyte of bytes', async (fixture, stream) => {
    await keeps(fixture, stream, [
      dead(stream, '10', 0, { bytes: new Uint8Array(1_048_576).fill(0xfe), reason: 'oversized' }),
    ]);
  });

  check('may have no arrival time', async (fixture, stream) => {
    await keeps(fixture, stream, [
      dead(stream, '10', 0, { arrivalMs: null }),
      late(stream, '10', 1, { arrivalMs: null }),
    ]);
  });

  check('may be one of many in a call', async (fixture, stream) => {
    const kinds = [dead, late];
    const records = Array.from({ length: 250 }, (_, i) =>
      (kinds[i % 2] as typeof dead)(stream, `${1000 + i}`, 0, { bytes: Uint8Array.of(i) }),
    );
    await keeps(fixture, stream, records);
  });

  check('may be one of thousands in a call', async (fixture, stream) => {
    const records = Array.from({ length: 3000 }, (_, i) => dead(stream, '10', i, { bytes: Buffer.from(`bad ${i}`) }));
    await keeps(fixture, stream, records);
  });

  check('belongs to its stream, also where another name begins with that', async ({ sink, read }, stream) => {
    const other = dead(`${stream}-2`, '10', 0);
    await sink.put([dead(stream, '10', 0), other]);
    expect(normal(await read(stream))).toEqual(normal([dead(stream, '10', 0)]));
    expect(normal(await read(`${stream}-2`))).toEqual(normal([other]));
  });
}

function declarePositionTests(check: Check): void {
  check('that is put again holds one record, the later', async ({ sink, read }, stream) => {
    await sink.put([dead(stream, '10', 0, { message: 'First.' }), late(stream, '10', 0, { eventTimeMs: 1 })]);
    const later = [
      dead(stream, '10', 0, { message: 'Second.', bytes: Uint8Array.of(2) }),
      late(stream, '10', 0, { eventTimeMs: 2 }),
    ];
    await sink.put(later);
    expect(normal(await read(stream))).toEqual(normal(later));
  });

  check(
    'that a retry with other batch boundaries covers again still holds one record',
    async ({ sink, read }, stream) => {
      const records = Array.from({ length: 12 }, (_, i) => dead(stream, `${100 + i}`, i % 3));
      await sink.put(records.slice(0, 8));
      await sink.put(records.slice(5, 12));
      await sink.put(records.slice(0, 3));
      expect(normal(await read(stream))).toEqual(normal(records));
    },
  );

  check('keeps a dead letter and a late event apart', async (fixture, stream) => {
    await keeps(fixture, stream, [dead(stream, '10', 4), late(stream, '10', 4)]);
  });

  check('keeps a late event for each view that it missed', async (fixture, stream) => {
    const missing = (view: string) =>
      late(stream, '10', 4, { missed: { view, windowStartMs: 0, windowEndMs: 60_000 } });
    await fixture.sink.put([missing('v1'), missing('v2')]);
    await fixture.sink.put([missing('v1')]);
    expect(normal(await fixture.read(stream))).toEqual(normal([missing('v1'), missing('v2')]));
  });

  check('is told apart by shard, sequence number and index', async (fixture, stream) => {
    await keeps(fixture, stream, [
      dead(stream, '10', 0),
      dead(stream, '10', 1),
      dead(stream, '10', 10),
      dead(stream, '100', 0),
      dead(stream, '1', 0),
      { ...dead(stream, '10', 0), shard: 'shard-1' },
      { ...dead(stream, '10', 0), shard: 'shard-0#10' },
    ]);
  });

  check('may have a sequence number of 129 digits', async (fixture, stream) => {
    const almost = `${LONG_SEQUENCE.slice(0, -1)}8`;
    await keeps(fixture, stream, [dead(stream, LONG_SEQUENCE, 0), dead(stream, almost, 0)]);
  });
}

async function keeps(
  { sink, read }: DeadLetterSinkFixture,
  stream: string,
  records: readonly SideRecord[],
): Promise<void> {
  await sink.put(records);
  expect(normal(await read(stream))).toEqual(normal(records));
}

function dead(stream: string, sequence: string, index: number, rest: Partial<DeadLetter> = {}): SideRecord {
  return { ...base(stream, sequence, index), kind: 'dead', reason: 'not_json', message: 'It is not JSON.', ...rest };
}

function late(stream: string, sequence: string, index: number, rest: Partial<LateEvent> = {}): SideRecord {
  const missed = { view: 'v1', windowStartMs: 0, windowEndMs: 60_000 };
  return { ...base(stream, sequence, index), kind: 'late', eventTimeMs: 1_431_856_800_123, missed, ...rest };
}

function base(stream: string, sequence: string, index: number) {
  const bytes = Uint8Array.of(0x7b, 0x7d);
  return { stream, shard: 'shard-0', position: { sequence, index }, bytes, arrivalMs: 1_431_856_900_000 };
}

/** Comparable and in one order: bytes as hex, so that a Buffer equals a Uint8Array. */
function normal(records: readonly SideRecord[]): unknown[] {
  return records
    .map((record) => ({ ...record, bytes: hex(record.bytes) }))
    .map((record) => ({
      at: `${record.shard}|${record.position.sequence}|${record.position.index}|${record.kind}`,
      record,
    }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}
