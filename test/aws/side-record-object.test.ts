import fc from 'fast-check';
import {
  formatSideRecord,
  packSideRecords,
  parseSideRecord,
  unpackSideRecords,
} from '../../adapters/aws/side-record-object.ts';
import type { SideRecord } from '../../engine/ports/dead-letter-sink.ts';

const DEAD: SideRecord = {
  kind: 'dead',
  reason: 'not_json',
  message: 'It is not JSON.',
  stream: 'clicks',
  shard: 'shard-0',
  position: { sequence: '49590', index: 7 },
  bytes: Buffer.from('{"a":'),
  arrivalMs: 1_431_856_900_123,
};
const LATE: SideRecord = {
  kind: 'late',
  eventTimeMs: -1,
  missed: { view: 'v', windowStartMs: -60_000, windowEndMs: 0 },
  stream: 'clicks',
  shard: 'shard-0',
  position: { sequence: '49590', index: 7 },
  bytes: Buffer.from('{}'),
  arrivalMs: null,
};

describe('the object of a dead letter or late event', () => {
  test('shows the reason, the place and the event as it was', () => {
    expect(JSON.parse(formatSideRecord(DEAD))).toEqual({
      kind: 'dead',
      reason: 'not_json',
      message: 'It is not JSON.',
      stream: 'clicks',
      shard: 'shard-0',
      sequence: '49590',
      index: 7,
      arrival: '2015-05-17T10:01:40.123Z',
      encoding: 'utf-8',
      data: '{"a":',
    });
    expect(JSON.parse(formatSideRecord(LATE))).toMatchObject({
      kind: 'late',
      eventTime: '1969-12-31T23:59:59.999Z',
      view: 'v',
      windowStart: '1969-12-31T23:59:00.000Z',
      windowEnd: '1970-01-01T00:00:00.000Z',
      arrival: null,
    });
  });

  test.each([
    ['an overlong form', [0xc0, 0x80]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['half a character', [0x61, 0xc3]],
  ])('holds bytes that are no UTF-8 as base64: %s', (_title, bytes) => {
    const object = JSON.parse(formatSideRecord({ ...DEAD, bytes: Uint8Array.from(bytes) }));
    expect(object).toMatchObject({ encoding: 'base64', data: Buffer.from(bytes).toString('base64') });
  });

  test('keeps a byte order mark', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b);
    expect(Buffer.from(parseSideRecord(formatSideRecord({ ...DEAD, bytes })).bytes).toString('hex')).toBe('efbbbf7b');
  });

  test('gives back the same bytes, whatever they are', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new Uint8Array(Buffer.from(text))),
    );
    const property = fc.property(anyBytes, (bytes) => {
      const again = parseSideRecord(formatSideRecord({ ...LATE, bytes })).bytes;
      expect(Buffer.from(again).equals(bytes)).toBe(true);
    });
    fc.assert(property, { seed: 7, numRuns: 500 });
  });

  test.each([
    ['nothing', '', /JSON/],
    ['an object of another kind', '{"kind":"x"}', /"stream" is undefined|kind/],
    ['an unknown encoding', formatSideRecord(DEAD).replace('utf-8', 'zstd'), /"encoding" is "zstd"/],
    ['no index', formatSideRecord(DEAD).replace('"index":7', '"index":"7"'), /"index" is "7"/],
    ['no time', formatSideRecord(LATE).replace('1969-12-31T23:59:59.999Z', 'soon'), /"soon" is no time/],
  ])('cannot be read from %s', (_title, text, why) => {
    expect(() => parseSideRecord(text)).toThrow(/no dead letter and no late event of streamgauge/);
    expect(() => parseSideRecord(text)).toThrow(why);
  });
});

test('objects of many records are packed lines', async () => {
  const packed = await packSideRecords([DEAD, LATE]);
  expect((await unpackSideRecords(packed)).map(parseSideRecord)).toEqual([DEAD, LATE]);
  await expect(unpackSideRecords(packed.subarray(0, -4))).rejects.toThrow();
});
