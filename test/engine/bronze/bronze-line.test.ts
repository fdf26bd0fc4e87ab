import fc from 'fast-check';
import { type BronzeLine, formatBronzeLine, parseBronzeLine } from '../../../engine/bronze/bronze-line.ts';
import { BronzeError } from '../../../engine/bronze/errors.ts';
import { casesOf } from '../../support/random-cases.ts';

const LINE: BronzeLine = {
  shard: 'shardId-000000000000',
  sequence: '49590338271490256608559692538361571095921575989136588898',
  subsequence: 0,
  index: 3,
  arrivalMs: Date.parse('2026-03-01T10:00:00.123Z'),
  partitionKey: 'ann',
  reason: null,
  text: '{"page": "/","n":1.50}',
  record: null,
};

test('an event stands last in its line, to the letter', () => {
  expect(formatBronzeLine(LINE)).toBe(
    '{"shard":"shardId-000000000000","sequence":"49590338271490256608559692538361571095921575989136588898","index":3,"arrival":"2026-03-01T10:00:00.123Z","key":"ann","event":{"page": "/","n":1.50}}\n',
  );
});

test('what is no event has the reason, its text where it has one, and its record where it needs one', () => {
  const line = { ...LINE, subsequence: 2, arrivalMs: null, partitionKey: null, reason: 'missing_field' } as const;
  expect(JSON.parse(formatBronzeLine({ ...line, text: '{"a":"\\n"}', record: Buffer.from('hi') }))).toEqual({
    shard: line.shard,
    sequence: line.sequence,
    sub: 2,
    index: 3,
    arrival: null,
    key: null,
    reason: 'missing_field',
    text: '{"a":"\\n"}',
    record: 'aGk=',
  });
});

/** What could be taken for the end of the head, or for the end of the line. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(',"event":', '"},"event":{}', '\\",\\"event\\":', '}\n', '\u2028', '\ud800x'),
);
const head = {
  shard: nasty,
  sequence: fc.bigInt({ min: 0n, max: 10n ** 128n }).map(String),
  subsequence: fc.nat(),
  index: fc.nat(),
  arrivalMs: fc.option(fc.integer({ min: 0, max: 253_402_300_799_999 })),
  partitionKey: fc.option(nasty),
};
const event = fc.record({
  ...head,
  reason: fc.constant(null),
  text: fc.json({ stringUnit: 'binary' }).map((json) => `{"a":${json},"event":{"event":1}}`),
  record: fc.option(fc.uint8Array()),
});
const noEvent = fc.record({
  ...head,
  reason: fc.constantFrom('not_json', 'missing_field', 'twin_names', 'not_unfolded'),
  text: fc.option(nasty),
  record: fc.option(fc.uint8Array()),
});

test('whatever is written is one line of JSON and is read back as it was', () => {
  fc.assert(
    fc.property(fc.oneof(event, noEvent), (line) => {
      const text = formatBronzeLine(line as BronzeLine);
      expect(text.indexOf('\n')).toBe(text.length - 1);
      expect(text).not.toContain('\r');
      expect(JSON.parse(text)).toMatchObject({ sequence: line.sequence });
      const read = parseBronzeLine(text);
      const bytes = (record: Uint8Array | null) => (record === null ? null : Buffer.from(record));
      expect({ ...read, record: bytes(read.record) }).toEqual({ ...line, record: bytes(line.record) });
    }),
    { seed: 20_260_401, numRuns: casesOf(2000) },
  );
});

test.each([
  ['not JSON', 'nonsense', 'Unexpected token'],
  ['no object', '[1]', 'it is no JSON object'],
  ['no shard', '{"sequence":"1","index":0,"event":{}}', "it has no 'shard'"],
  ['a sequence number that is a number', '{"shard":"s","sequence":1,"index":0,"event":{}}', "its 'sequence' is 1"],
  ['an index below 0', '{"shard":"s","sequence":"1","index":-1,"event":{}}', "its 'index' is -1"],
  ['no time', '{"shard":"s","sequence":"1","index":0,"arrival":"noon","event":{}}', `its 'arrival' is "noon"`],
  ['no event', '{"shard":"s","sequence":"1","index":0}', "it has neither an 'event' nor a 'reason'"],
])('a line with %s is refused with a sentence', (_case, line, why) => {
  expect(() => parseBronzeLine(line)).toThrow(BronzeError);
  expect(() => parseBronzeLine(line)).toThrow('This is not a line of bronze, because ');
  expect(() => parseBronzeLine(line)).toThrow(why);
});
