import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { KinesisRecord } from '../../adapters/aws/kinesis-writer.ts';
import { ingestEvents } from '../../endpoint/ingest-events.ts';
import { MAX_EVENTS } from '../../endpoint/limits.ts';
import { eventsOf } from '../../engine/decode/decoder.ts';
import { decoderOf } from '../../engine/decode/decoder-of.ts';
import type { Format } from '../../engine/dsl/format.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { casesOf } from '../support/random-cases.ts';

function planOf(format: Format) {
  const rows = stream('rows', {
    schema: Type.Object({
      k: Type.String(),
      at: Timestamp('epoch-s'),
      n: Type.Optional(Type.Integer()),
    }),
    format,
    eventTime: 'at',
    partitionKey: 'k',
    maxLateness: '1 minute',
  });
  const perKey = view('per_key', rows)
    .window(tumbling('1 hour'))
    .groupBy('k')
    .aggregate(() => ({ events: count() }));
  return compilePipeline(pipelineDefinition(pipeline('rows', [perKey]), 'this test'));
}

async function post(format: Format, body: string | Buffer, type: string, contentEncoding?: string) {
  const put: KinesisRecord[] = [];
  const { answer } = await ingestEvents(
    { requestId: 'r', stream: 'rows', contentType: type, contentEncoding, body: Buffer.from(body) },
    {
      plan: planOf(format),
      put: async (_, records) => {
        put.push(...records);
        return records.map(() => 'written');
      },
    },
  );
  const records = put.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString()]);
  return { status: answer.status, body: JSON.parse(answer.body), records };
}

test.each<[string, Format, string, string, number, [string, string][]]>([
  [
    'CSV, the rows of a key behind the header',
    'csv',
    'text/csv; charset=utf-8',
    '\ufeffat,k,n\r\n1,a,1\r\n2,b,\r\n\r\n3,a,3\r\n',
    3,
    [
      ['a', 'at,k,n\n1,a,1\n3,a,3'],
      ['b', 'at,k,n\n2,b,'],
    ],
  ],
  [
    'CSV whose header the definition says',
    { kind: 'csv', header: ['k', 'at', 'n'] },
    'text/csv',
    'a,1,1\nb,2,2\na,3,3',
    3,
    [
      ['a', 'a,1,1\na,3,3'],
      ['b', 'b,2,2'],
    ],
  ],
  [
    'the same with a header of its own',
    { kind: 'csv', header: ['k', 'at', 'n'] },
    'text/plain',
    'n,k,at\n1,a,1\n2,a,2',
    2,
    [['a', 'n,k,at\n1,a,1\n2,a,2']],
  ],
  ['rows over several lines', 'csv', 'text/csv', 'k,at\n"a\nb",1\n"a\nb",2', 2, [['a\nb', 'k,at\n"a\nb",1\n"a\nb",2']]],
  ['TSV', 'tsv', 'text/tab-separated-values', 'k\tat\na\t1', 1, [['a', 'k\tat\na\t1']]],
  [
    'logfmt',
    'logfmt',
    'text/plain',
    'k=a at=1\n\nk=b at=2 n=5\n',
    2,
    [
      ['a', 'k=a at=1'],
      ['b', 'k=b at=2 n=5'],
    ],
  ],
  [
    'rows that are none, which the pipeline makes dead letters of',
    'csv',
    'text/csv',
    'k,at\na,1\na,1,2\n"a"x,1\na,never\n"open,1',
    5,
    [
      ['a', 'k,at\na,1\na,never'],
      ['a,1,2', 'k,at\na,1,2'],
      ['"a"x,1', 'k,at\n"a"x,1'],
      ['"open,1', 'k,at\n"open,1'],
    ],
  ],
])('a request can hold %s', async (_, format, type, body, received, records) => {
  const answer = { stream: 'rows', received, accepted: received, failed: [] };
  expect(await post(format, body, type)).toEqual({ status: 200, body: answer, records });
  expect(await post(format, gzipSync(body), type, 'gzip')).toMatchObject({ status: 200, records });
  expect(await post(format, body, 'application/octet-stream')).toMatchObject({ status: 200, records });
});

test.each<[string, Format, string | Buffer, string, number, string]>([
  ['no rows', 'csv', 'k,at\n\n', 'text/csv', 400, 'no_events'],
  ['nothing', 'csv', '', 'text/csv', 400, 'no_events'],
  ['no UTF-8', 'csv', Buffer.from([0x6b, 0xff]), 'text/csv', 400, 'not_utf8'],
  ['too many rows', 'logfmt', 'k=a at=1\n'.repeat(MAX_EVENTS + 1), 'text/plain', 413, 'too_many_events'],
  ['JSON of a stream of rows', 'csv', '{}', 'application/json', 415, 'unsupported_content_type'],
  ['another format', 'logfmt', 'k=a at=1', 'text/csv', 415, 'unsupported_content_type'],
  ['rows of a stream of JSON', 'json', 'k=a at=1', 'text/plain', 415, 'unsupported_content_type'],
])('a request is refused with %s', async (_, format, body, type, status, code) => {
  expect(await post(format, body, type)).toMatchObject({ status, body: { error: { code } }, records: [] });
});

test('what is wrong with the content-type is said', async () => {
  const { body } = await post('csv', 'k,at\na,1', 'application/json');
  expect(body.error.message).toBe(
    "The content-type is 'application/json': stream 'rows' takes csv, as text/csv or text/plain or application/octet-stream.",
  );
});

test('the records of a request hold the events of its body', async () => {
  const cell = fc.constantFrom('a', 'b', '1', '', '"', '"a"', '"x\ny"', 'k', 'at', '"a,b"', '\r');
  const row = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));
  const body = fc.array(row, { maxLength: 12 }).map((rows) => ['k,at', ...rows].join('\n'));
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const [definition] = planOf('csv').streams;
      const events = (data: string | undefined) =>
        [...eventsOf(decoderOf(definition?.definition as never).open(Buffer.from(data ?? '')))]
          .map((event) => (event.kind === 'value' ? event.text : JSON.stringify(event)))
          .filter((event) => !event.includes('empty_record'));
      const { records } = await post('csv', text, 'text/csv');
      expect(records.flatMap(([, data]) => events(data)).sort()).toEqual(events(text).sort());
    }),
    { seed: 4, numRuns: casesOf(160) },
  );
});
