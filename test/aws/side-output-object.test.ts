import fc from 'fast-check';
import {
  formatSideOutput,
  packSideOutputs,
  parseSideOutput,
  unpackSideOutputs,
} from '../../adapters/aws/side-output-object.ts';
import type { SideOutput } from '../../engine/ports/dead-letter-sink.ts';

const DEAD: SideOutput = {
  kind: 'dead',
  reason: 'not_json',
  message: 'It is not JSON.',
  stream: 'clicks',
  shard: 'shard-0',
  position: { sequence: '49590', index: 7 },
  bytes: Buffer.from('{"a":'),
  arrivalMs: 1_431_856_900_123,
};
const LATE: SideOutput = {
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
    expect(JSON.parse(formatSideOutput(DEAD))).toEqual({
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
    expect(JSON.parse(formatSideOutput(LATE))).toMatchObject({
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
    const object = JSON.parse(formatSideOutput({ ...DEAD, bytes: Uint8Array.from(bytes) }));
    expect(object).toMatchObject({ encoding: 'base64', data: Buffer.from(bytes).toString('base64') });
  });

  test('keeps a byte order mark', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b);
    expect(Buffer.from(parseSideOutput(formatSideOutput({ ...DEAD, bytes })).bytes).toString('hex')).toBe('efbbbf7b');
  });

  test('gives back the same bytes, whatever they are', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new Uint8Array(Buffer.from(text))),
    );
    const property = fc.property(anyBytes, (bytes) => {
      const again = parseSideOutput(formatSideOutput({ ...LATE, bytes })).bytes;
      expect(Buffer.from(again).equals(bytes)).toBe(true);
    });
    fc.assert(property, { seed: 7, numRuns: 500 });
  });

  test.each([
    ['nothing', '', /JSON/],
    ['an object of another kind', '{"kind":"x"}', /"stream" is undefined|kind/],
    ['an unknown encoding', formatSideOutput(DEAD).replace('utf-8', 'zstd'), /"encoding" is "zstd"/],
    ['no index', formatSideOutput(DEAD).replace('"index":7', '"index":"7"'), /"index" is "7"/],
    ['no time', formatSideOutput(LATE).replace('1969-12-31T23:59:59.999Z', 'soon'), /"soon" is no time/],
  ])('cannot be read from %s', (_title, text, why) => {
    expect(() => parseSideOutput(text)).toThrow(/neither a dead letter nor a late event of streamgauge/);
    expect(() => parseSideOutput(text)).toThrow(why);
  });
});

test('objects of many records are packed lines', async () => {
  const packed = await packSideOutputs([DEAD, LATE]);
  expect((await unpackSideOutputs(packed)).map(parseSideOutput)).toEqual([DEAD, LATE]);
  await expect(unpackSideOutputs(packed.subarray(0, -4))).rejects.toThrow();
});
