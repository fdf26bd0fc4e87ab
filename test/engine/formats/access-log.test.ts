import type { Format } from '../../../engine/dsl/format.ts';
import { stream, Timestamp, Type } from '../../../engine/index.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { readAll } from './rows-of.ts';

function logOf(format: Format): StreamDefinition {
  return stream('requests', {
    schema: Type.Object({
      ip: Type.String(),
      time: Timestamp(),
      status: Type.Integer(),
      bytes: Type.Optional(Type.Integer()),
    }),
    format,
    eventTime: 'time',
    partitionKey: 'ip',
    maxLateness: '1 minute',
  }) as unknown as StreamDefinition;
}

const COMMON = '1.2.3.4 - ann [17/May/2015:10:05:03 +0200] "GET /a?b=c HTTP/1.1" 200 512';
const FIELDS = {
  ip: '1.2.3.4',
  user: 'ann',
  time: '2015-05-17T08:05:03Z',
  method: 'GET',
  url: '/a?b=c',
  protocol: 'HTTP/1.1',
  request: null,
  status: 200,
  bytes: 512,
};
const OTHERS = { referrer: 'http://r/', user_agent: 'curl/8 "x"' };

test('each format reads its lines', () => {
  const combined = `${COMMON} "http://r/" "curl/8 \\"x\\""`;
  expect(readAll(logOf('apache-common'), COMMON)).toEqual([FIELDS]);
  expect(readAll(logOf('apache-combined'), combined)).toEqual([{ ...FIELDS, ...OTHERS }]);
  expect(readAll(logOf('nginx-combined'), combined)).toEqual([{ ...FIELDS, ...OTHERS, forwarded_for: null }]);
  expect(readAll(logOf('nginx-combined'), `${combined} "5.6.7.8"\r\n`)).toEqual([
    { ...FIELDS, ...OTHERS, forwarded_for: '5.6.7.8' },
  ]);
});

test('what a server leaves out is null, and a request that is none is kept as it is', () => {
  const line = String.raw`::1 - - [31/Dec/2025:23:59:59 +0000] "\x16\x03\x01" 400 - "-" "-"`;
  expect(readAll(logOf('nginx-combined'), line)).toEqual([
    {
      ip: '::1',
      user: null,
      time: '2025-12-31T23:59:59Z',
      method: null,
      url: null,
      protocol: null,
      request: '\x16\x03\x01',
      status: 400,
      bytes: null,
      referrer: null,
      user_agent: null,
      forwarded_for: null,
    },
  ]);
});

test.each([
  ['a line of the common format', COMMON],
  ['a quote that is missing', `${COMMON} "-" "Mozilla (bot.html`],
])('%s is no line of the combined format', (_name, line) => {
  expect(readAll(logOf('apache-combined'), line)).toEqual([
    'The event is not apache-combined: it does not look like ip identity user [time] "request" status bytes "referrer" "user agent".',
  ]);
});

test('a time that is none is told', () => {
  expect(readAll(logOf('apache-common'), COMMON.replace('17/May', '31/Feb'))).toEqual([
    'The event is not apache-common: its time is "31/Feb/2015:10:05:03 +0200", and no day/month/year:time zone.',
  ]);
});

test('the time that a line takes grows with its length, whatever it holds', () => {
  const log = logOf('apache-combined');
  // Quadratic, each of these would take minutes.
  for (const part of [' [', '"', '\\"', ' ', '[x] "']) readAll(log, `1.2.3.4 - ${part.repeat(200_000 / part.length)}`);
});

test('a field that a format has not is refused, and the nearest is named', () => {
  const define = () =>
    stream('requests', {
      schema: Type.Object({ ip: Type.String(), time: Timestamp(), usr: Type.String() }),
      format: 'apache-common',
      eventTime: 'time',
      partitionKey: 'ip',
      maxLateness: '1 minute',
    });
  expect(define).toThrow(
    "stream 'requests': format 'apache-common' has no field 'usr'. Its fields are ip, user, time, method, url, protocol, request, status, bytes. Did you mean 'user'?",
  );
});
