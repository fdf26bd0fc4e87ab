import type { Format } from '../../../engine/dsl/format.ts';
import { stream, Timestamp, Type } from '../../../engine/index.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { readAll } from './rows-of.ts';

function logOf(format: Format): StreamDefinition {
  return stream('flows', {
    schema: Type.Object({
      interface_id: Type.String(),
      srcport: Type.Optional(Type.Integer()),
      bytes: Type.Optional(Type.Integer()),
      start: Timestamp('epoch-s'),
      action: Type.Optional(Type.String()),
    }),
    format,
    eventTime: 'start',
    partitionKey: 'interface_id',
    maxLateness: '15 minutes',
  }) as unknown as StreamDefinition;
}

// Examples of AWS's documentation: accepted traffic, and an interval without data.
const ACCEPTED =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const NO_DATA = '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA';

test('a row without a header is of version 2; - is null', () => {
  const [accepted, noData] = readAll(logOf('vpc-flow-log'), `${ACCEPTED}\n${NO_DATA}\n`);
  expect(accepted).toEqual({
    version: '2',
    account_id: '123456789010',
    interface_id: 'eni-1235b8ca123456789',
    srcaddr: '172.31.16.139',
    dstaddr: '172.31.16.21',
    srcport: 20641,
    dstport: '22',
    protocol: '6',
    packets: '20',
    bytes: 4249,
    start: 1418530010,
    end: '1418530070',
    action: 'ACCEPT',
    log_status: 'OK',
  });
  expect(noData).toMatchObject({ srcport: null, bytes: null, action: null, log_status: 'NODATA' });
});

test('a header row says the fields of a later version', () => {
  const text = 'interface-id flow-direction start bytes vpc-id\neni-1 egress 1418530010 7 vpc-1';
  expect(readAll(logOf('vpc-flow-log'), text)).toEqual([
    { interface_id: 'eni-1', flow_direction: 'egress', start: 1418530010, bytes: 7, vpc_id: 'vpc-1' },
  ]);
});

test('a list says them where there is no header, in the words of AWS or of the schema', () => {
  const format = { kind: 'vpc-flow-log', header: ['start', 'interface-id', 'tcp_flags'] } as const;
  expect(readAll(logOf(format), '1418530010 eni-1 19')).toEqual([
    { start: 1418530010, interface_id: 'eni-1', tcp_flags: '19' },
  ]);
  expect(readAll(logOf(format), '1418530010 eni-1')).toEqual([
    'The event is not vpc-flow-log: it has 2 fields, and the header has 3 (start, interface_id, tcp_flags).',
  ]);
});
