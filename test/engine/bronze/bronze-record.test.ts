import { gzipSync, zstdCompressSync } from 'node:zlib';
import { stream, Timestamp, Type } from 'streamgauge';
import { parseBronzeLine } from '../../../engine/bronze/bronze-line.ts';
import { bronzeWriter, foldedBytes, foldedRecord, type PlacedRecord } from '../../../engine/bronze/bronze-record.ts';
import { BronzeError } from '../../../engine/bronze/errors.ts';
import { MAX_NESTING } from '../../../engine/bronze/nesting.ts';
import { recordsOfBronze } from '../../../engine/bronze/read-bronze.ts';
import { decoderOf } from '../../../engine/decode/decoder-of.ts';
import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';
import { compileValidator } from '../../../engine/decode/validate.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { oddRecord } from '../../fuzz/odd-record.ts';
import { Random, SeededChoices } from '../../simulation/random.ts';
import { decoded } from '../decode/decoded.ts';

const events = stream('events', {
  schema: Type.Object({
    id: Type.String(),
    place: Type.Optional(Type.Object({ city: Type.String() })),
    at: Timestamp(),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '0 ms',
  maxFutureSkew: '1 minute',
}) as unknown as StreamDefinition;
const validate = compileValidator(events);

const ARRIVAL_MS = Date.parse('2026-01-01T00:00:30Z');
const writer = bronzeWriter({ definition: events, decoder: jsonLinesDecoder, validate });

function recordOf(data: string | Uint8Array, sequence = '1'): PlacedRecord {
  return {
    shard: 'shardId-0',
    sequence,
    subsequence: 0,
    arrivalMs: ARRIVAL_MS,
    partitionKey: 'k',
    data: typeof data === 'string' ? Buffer.from(data) : data,
  };
}

function unfold(record: PlacedRecord, maxBytes = 10_000_000) {
  const result = writer.unfold(record, maxBytes);
  if (result === null) throw new Error('It did not fit.');
  expect(result.bytes).toBe(Buffer.byteLength(result.text));
  return result.text.split('\n').slice(0, -1).map(parseBronzeLine);
}

const event = (more = '') => `{"id":"a", "at":"2026-01-01T00:00:00Z"${more}}`;

test('each event of a record is a line with its index, whatever the record was packed in', () => {
  const text = `\n${event()}\r\n\n${event(',"x":[1]')}\n`;
  const plain = unfold(recordOf(text));
  expect(plain.map(({ index, reason, text: of, record }) => [index, reason, of, record])).toEqual([
    [0, null, event(), null],
    [1, null, event(',"x":[1]'), null],
  ]);
  expect(unfold(recordOf(gzipSync(text)))).toEqual(plain);
  expect(unfold(recordOf(zstdCompressSync(text)))).toEqual(plain);
});

test('one event over several lines is one line', () => {
  const [line, ...rest] = unfold(recordOf('{"id":"a\\nb",\r\n"at":0}'));
  expect(rest).toEqual([]);
  expect(line).toMatchObject({ index: 0, reason: null, text: '{"id":"a\\nb", "at":0}' });
});

test.each([
  ['without a required field', '{"id":"a"}', 'missing_field'],
  ['with a field of another type', '{"id":{"x":1},"at":0}', 'wrong_type'],
  ['that is no object', '7', 'wrong_type'],
  ['at no time', '{"id":"a","at":"noon"}', 'unknown_time'],
  ['ahead of its arrival', '{"id":"a","at":"2026-01-01T00:01:31Z"}', 'future_time'],
  ['with a field that differs in case alone', event(',"ID":{}'), 'twin_names'],
  ['with such a field in an object', event(',"place":{"city":"Bonn","City":[]}'), 'twin_names'],
  ['that is nested deeply', event(`,"x":${'['.repeat(MAX_NESTING)}${']'.repeat(MAX_NESTING)}`), 'nested_deeply'],
])('JSON %s is text with a reason, not an event', (_case, text, reason) => {
  expect(unfold(recordOf(text))).toMatchObject([{ index: 0, reason, text, record: null }]);
});

test('an event with all the levels that are trusted is an event', () => {
  const text = event(`,"x":${'['.repeat(MAX_NESTING - 1)}${']'.repeat(MAX_NESTING - 1)}`);
  expect(unfold(recordOf(text))).toMatchObject([{ reason: null }]);
});

test('a record in which anything is unreadable is kept whole on its first line', () => {
  const data = Buffer.concat([Buffer.from(`${event()}\n`), Buffer.from([0xff, 0xfe]), Buffer.from(`\n${event()}`)]);
  expect(unfold(recordOf(data)).map(({ reason, text, record }) => [reason, text, record])).toEqual([
    [null, event(), data],
    ['not_json', null, null],
    [null, event(), null],
  ]);
  const cut = gzipSync(event()).subarray(0, 20);
  expect(unfold(recordOf(cut))).toMatchObject([
    { reason: 'corrupt_compression', text: null, record: Buffer.from(cut) },
  ]);
  expect(unfold(recordOf(' \n'))).toMatchObject([{ reason: 'empty_record', record: Buffer.from(' \n') }]);
});

test('a record that takes more room than there is is not unfolded', () => {
  const record = recordOf(gzipSync(`${event()}\n`.repeat(1000)));
  expect(writer.unfold(record, 100_000)).toBeNull();
  expect(writer.unfold(record, 1)).toBeNull();
  const folded = foldedRecord(record);
  expect(folded.bytes).toBeLessThan(1000);
  expect(parseBronzeLine(folded.text)).toMatchObject({ index: 0, reason: 'not_unfolded', record: record.data });
  expect({ events: folded.events, reasons: [...folded.reasons] }).toEqual({
    events: 0,
    reasons: [['not_unfolded', 1]],
  });
});

/** What the decoder makes of a record: of JSON its text, with whitespace that means nothing left out. */
function meaning(data: Uint8Array) {
  return decoded(data).map((call) => (call.kind === 'value' ? call.text.trim().replaceAll(/[\r\n]+/g, ' ') : call));
}

test('records made again from their lines mean what they meant, event by event', () => {
  const random = new Random(new SeededChoices(20_260_402));
  let odd = 0;
  for (let round = 0; round < 300; round++) {
    const record = recordOf(oddRecord(random).bytes);
    const lines = unfold(record);
    if (lines.some(({ reason }) => reason !== null)) odd++;
    const again = recordsOfBronze([...lines].reverse().concat(lines));
    expect(again).toHaveLength(1);
    expect({ ...again[0], data: null }).toEqual({ ...record, data: null });
    expect(meaning(again[0]?.data as Uint8Array)).toEqual(meaning(record.data));
  }
  expect(odd).toBeGreaterThan(100);
  expect(odd).toBeLessThan(290);
});

test('records come in the order of their sequence numbers, shard by shard, once', () => {
  const lines = ['9', '10', '100'].flatMap((sequence) => unfold(recordOf(`${event()}\n${event()}`, sequence)));
  const other = unfold({ ...recordOf(event(), '5'), shard: 'shardId-1' });
  const sub = unfold({ ...recordOf(event(), '10'), subsequence: 1 });
  const read = recordsOfBronze([...other, ...sub, ...[...lines].reverse(), ...lines]);
  expect(read.map(({ shard, sequence, subsequence }) => `${shard} ${sequence}.${subsequence}`)).toEqual([
    'shardId-0 9.0',
    'shardId-0 10.0',
    'shardId-0 10.1',
    'shardId-0 100.0',
    'shardId-1 5.0',
  ]);
});

test('how many bytes a folded record takes is known before it is folded', () => {
  for (const text of ['', 'a', 'ab', 'abc', event(), '\ufffd'.repeat(50)]) {
    const record = { ...recordOf(text), partitionKey: 'Zoë', subsequence: 2 };
    expect(foldedBytes(record)).toBe(foldedRecord(record).bytes);
  }
});

test('of a record that was delivered unfolded and folded, the folded one is taken', () => {
  const record = recordOf(gzipSync(`${event()}\n${event()}`));
  const folded = parseBronzeLine(foldedRecord(record).text);
  for (const lines of [
    [folded, ...unfold(record)],
    [...unfold(record), folded],
  ]) {
    expect(recordsOfBronze(lines)).toEqual([record]);
  }
});

test('a record of which lines are missing is refused with a sentence', () => {
  const [first, second, third] = unfold(recordOf(`${event()}\n${event()}\n${event()}`));
  const message = 'The lines of record 1 of shard shardId-0 have no event';
  expect(() => recordsOfBronze([second as never])).toThrow(BronzeError);
  expect(() => recordsOfBronze([second as never])).toThrow(`${message} 0`);
  expect(() => recordsOfBronze([first as never, third as never])).toThrow(`${message} 1`);
});

describe('a record of another format than JSON', () => {
  const rows = {
    ...events,
    shape: { ...events.shape, fields: new Map([...events.shape.fields].filter(([name]) => name !== 'place')) },
    format: { kind: 'csv' },
  } as StreamDefinition;
  const ofRows = bronzeWriter({ definition: rows, decoder: decoderOf(rows), validate });

  test('has its fields as JSON with the types of the schema, and the record itself beside the first', () => {
    const record = recordOf('id,at,x\na,2026-01-01T00:00:00Z,1\nb,,2\nc\n');
    const lines = ofRows.unfold(record, 10_000)?.text.split('\n').filter(Boolean).map(parseBronzeLine) ?? [];
    expect(lines.map(({ reason, text }) => [reason, text])).toEqual([
      [null, '{"id":"a","at":"2026-01-01T00:00:00Z","x":"1"}'],
      ['missing_field', '{"id":"b","at":null,"x":"2"}'],
      ['malformed', null],
    ]);
    expect(recordsOfBronze(lines)).toEqual([record]);
  });
});
