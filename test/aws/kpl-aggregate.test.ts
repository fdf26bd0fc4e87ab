import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isKplAggregate, readKplAggregate } from '../../adapters/aws/kpl-aggregate.ts';
import { kplParts } from '../../adapters/aws/kpl-parts.ts';
import { casesOf } from '../support/random-cases.ts';
import { aggregated, field, framed, number } from './kpl/aggregated.ts';

interface Vector {
  readonly name: string;
  readonly aggregated: boolean;
  readonly aggregatedBase64?: string;
  readonly plainBase64?: string;
  readonly userRecords: readonly {
    readonly partitionKey: string;
    readonly explicitHashKey: string | null;
    readonly dataBase64: string;
  }[];
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, 'kpl', 'kpl-aggregated-vectors.json'), 'utf8'),
) as readonly Vector[];
const captured = vectors.filter((vector) => vector.aggregated);
const bytesOf = ({ aggregatedBase64 = '', plainBase64 }: Vector) =>
  Buffer.from(plainBase64 ?? aggregatedBase64, 'base64');

describe('an aggregated record that was captured', () => {
  test('is among the test vectors', () => {
    expect(captured).toHaveLength(4);
  });

  test.each(captured)('is read as it was written: $name', (vector) => {
    expect(isKplAggregate(bytesOf(vector))).toBe(true);
    const aggregate = readKplAggregate(bytesOf(vector));
    if (aggregate.kind === 'damaged') throw new Error(aggregate.what);
    const read = aggregate.records.map(({ partitionKey, explicitHashKey, data }) => ({
      partitionKey: Buffer.from(partitionKey).toString(),
      explicitHashKey,
      dataBase64: Buffer.from(data).toString('base64'),
    }));
    const written = vector.userRecords.map(({ partitionKey, explicitHashKey, dataBase64 }) => ({
      partitionKey,
      explicitHashKey,
      dataBase64,
    }));
    expect(read).toEqual(written);
  });

  test.each(captured)('is damaged wherever a byte is changed or cut off: $name', (vector) => {
    const bytes = bytesOf(vector);
    for (let at = 4; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 0x10;
      expect(readKplAggregate(changed).kind).toBe('damaged');
      expect(readKplAggregate(bytes.subarray(0, at)).kind).toBe('damaged');
    }
  });
});

test('a record that is not aggregated is not taken for one', () => {
  for (const bytes of [
    '',
    '{}',
    '\u00f3',
    Buffer.of(0xf3, 0x89, 0x9a),
    ...vectors.filter((each) => !each.aggregated).map(bytesOf),
  ]) {
    expect(isKplAggregate(Buffer.from(bytes as string))).toBe(false);
  }
});

describe('what is aggregated', () => {
  test('comes out as it went in', () => {
    const digits = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(String);
    const record = fc.record(
      { partitionKey: fc.string({ unit: 'binary', maxLength: 20 }), explicitHashKey: digits, data: fc.uint8Array() },
      { requiredKeys: ['partitionKey', 'data'] },
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 200 }), (records) => {
        const aggregate = readKplAggregate(aggregated(records));
        if (aggregate.kind === 'damaged') throw new Error(aggregate.what);
        const read = aggregate.records.map(({ partitionKey, explicitHashKey, data }) => [
          Buffer.from(partitionKey).toString(),
          explicitHashKey,
          Buffer.from(data).toString('hex'),
        ]);
        const written = records.map(({ partitionKey, explicitHashKey = null, data }) => [
          Buffer.from(partitionKey).toString(),
          explicitHashKey,
          Buffer.from(data).toString('hex'),
        ]);
        expect(read).toEqual(written);
      }),
    );
  });

  const key = field(1, Buffer.from('key'));
  const hashKey = field(2, Buffer.from('7'));
  const data = field(3, Buffer.from('{}'));
  const record = (...fields: Buffer[]) => field(3, Buffer.concat(fields));

  test('may name its keys after its records, bear tags, and have fields that came later', () => {
    const tag = field(4, field(1, Buffer.from('tag')));
    const later = [
      number(9, 3e9),
      Buffer.from([10 * 8 + 1, ...new Array(8).fill(1)]),
      Buffer.from([11 * 8 + 5, 1, 2, 3, 4]),
    ];
    const message = Buffer.concat([record(data, tag, number(1, 0), ...later), ...later, hashKey, key]);
    expect(readKplAggregate(framed(message))).toMatchObject({ kind: 'records', records: [{ explicitHashKey: null }] });
  });

  const damages: readonly (readonly [string, Uint8Array, RegExp])[] = [
    [
      'names a key that there is none of',
      Buffer.concat([key, record(number(1, 1), data)]),
      /partition key that is not in its table of 1/,
    ],
    [
      'names a hash key that there is none of',
      Buffer.concat([key, record(number(1, 0), number(2, 0), data)]),
      /explicit hash key that is not in its table of 0/,
    ],
    ['has a record without data', Buffer.concat([key, record(number(1, 0))]), /a record in it has no data/],
    ['has a record without a key', Buffer.concat([key, record(data)]), /a record in it has no partition key/],
    ['has a hash key that is no number', field(2, Buffer.from('0x7')), /no decimal number/],
    ['has a number where bytes should be', number(3, 7), /a record is of the wrong kind/],
    [
      'ends within a field',
      Buffer.concat([key, Buffer.from([3 * 8 + 2, 100, 1])]),
      /a field of 100 bytes begins 1 bytes before its end/,
    ],
    ['ends within a number', Buffer.from([0x80]), /ends in the middle of a number/],
    ['has an endless number', Buffer.alloc(20, 0xff), /a number has more than 10 bytes/],
    ['has a field with the number 0', Buffer.from([0, 1]), /a field has the number 0/],
    ['has a group', Buffer.from([1 * 8 + 3]), /field 1 is of an unknown kind/],
  ];
  test.each(damages)('is damaged where it %s, though its checksum fits', (_, message, what) => {
    const aggregate = readKplAggregate(framed(message));
    expect(aggregate).toMatchObject({ kind: 'damaged', what: expect.stringMatching(what) });
  });

  test('is read or damaged, and never throws, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.constantFrom(key, hashKey, data, record(number(1, 0), data), Buffer.from([0x1a, 3])))
        .map(Buffer.concat),
    );
    fc.assert(
      fc.property(bytes, (message) => {
        expect(['records', 'damaged']).toContain(readKplAggregate(framed(message)).kind);
        const raw = Buffer.concat([framed(message).subarray(0, 4), message]);
        expect(kplParts({ data: raw, partitionKey: 'a' }, null)).toMatchObject([{ kind: 'unreadable' }]);
      }),
      { numRuns: casesOf(1000) },
    );
  });
});

describe('the parts of an aggregated record', () => {
  const HALF = 1n << 127n;
  const LOWER = { first: 0n, last: HALF - 1n };
  const UPPER = { first: HALF, last: (1n << 128n) - 1n };
  // The MD5 of "ann" begins with 7, that of "key" with 3, that of "user-1" with 9.
  const records = [
    { partitionKey: 'ann', data: 'a' },
    { partitionKey: 'user-1', data: 'b' },
    { partitionKey: 'user-1', explicitHashKey: '0', data: 'c' },
    { partitionKey: 'ann', explicitHashKey: String(HALF), data: 'd' },
    { partitionKey: 'ann', explicitHashKey: String(HALF - 1n), data: 'e' },
  ];
  const kinds = (range: typeof LOWER | null) =>
    kplParts({ data: aggregated(records), partitionKey: 'a' }, range).map(({ kind }) => kind);

  test('are copies where their hash key is outside of the range of the shard', () => {
    expect(kinds(LOWER)).toEqual(['payload', 'copy', 'payload', 'copy', 'payload']);
    expect(kinds(UPPER)).toEqual(['copy', 'payload', 'copy', 'payload', 'copy']);
    expect(kinds(null)).toEqual(new Array(5).fill('payload'));
  });

  test('are dead letters there, where other software than the KPL made the record', () => {
    const data = aggregated(records);
    for (const partitionKey of ['ann', 'A', null]) {
      const parts = kplParts({ data, partitionKey }, LOWER);
      expect(parts.map((part) => (part.kind === 'unreadable' ? part.reason : part.kind))).toEqual([
        'payload',
        'outside_shard',
        'payload',
        'outside_shard',
        'payload',
      ]);
      expect(parts[1]).toMatchObject({
        data: Buffer.from('b'),
        message: expect.stringMatching(/outside of the shard's range.*put it back\.$/),
      });
      expect(kplParts({ data, partitionKey }, null).map(({ kind }) => kind)).toEqual(new Array(5).fill('payload'));
    }
  });

  test('are one that is unreadable where there are none, or it is damaged', () => {
    expect(kplParts({ data: aggregated([]), partitionKey: 'a' }, null)).toMatchObject([
      { kind: 'unreadable', reason: 'empty_record' },
    ]);
    const cut = aggregated(records).subarray(0, -1);
    expect(kplParts({ data: cut, partitionKey: 'a' }, null)).toEqual([
      {
        kind: 'unreadable',
        reason: 'corrupt_aggregate',
        message:
          'The record begins like one that the Kinesis Producer Library has aggregated, and cannot be read (its checksum does not fit).',
        data: cut,
      },
    ]);
  });
});
