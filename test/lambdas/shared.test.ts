import { backoffWithin } from '../../adapters/aws/backoff.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { alertSinksOf } from '../../lambdas/shared/alert-sinks.ts';
import { ConfigError, codeGeneration, requiredText } from '../../lambdas/shared/config.ts';
import { jsonLog } from '../../lambdas/shared/log.ts';
import { queuesOf } from '../../lambdas/shared/queues.ts';
import { StreamNames } from '../../lambdas/shared/stream-names.ts';
import { clock, NOW_MS, plan } from './support.ts';

test.each([
  ['7', 7],
  ['12', 12],
  ['$LATEST', 1],
  [undefined, 1],
  ['', 1],
])('version %p of the function is generation %p of the code', (AWS_LAMBDA_FUNCTION_VERSION, generation) => {
  expect(codeGeneration({ AWS_LAMBDA_FUNCTION_VERSION })).toBe(generation);
});

test('the error of a missing variable names it', () => {
  expect(() => requiredText({ STREAMGAUGE_STATE_TABLE: '' }, 'stateTable')).toThrow(
    new ConfigError(
      'The environment variable STREAMGAUGE_STATE_TABLE is not set. The stack sets it: deploy the stack again.',
    ),
  );
});

test('there is a queue of looks where the environment names one', () => {
  const budget = new TimeBudget();
  const queue = { STREAMGAUGE_FINALIZE_QUEUE_URL: 'https://sqs.example.com/finalize.fifo' };
  const looks = { STREAMGAUGE_LOOK_QUEUE_URL: 'https://sqs.example.com/looks' };
  expect(queuesOf(queue, backoffWithin(budget), budget).looks).toBeNull();
  expect(queuesOf({ ...queue, ...looks }, backoffWithin(budget), budget).looks).not.toBeNull();
});

test('links in alerts lead where the environment says', () => {
  expect(alertSinksOf({}, clock).places).toEqual({ servedAt: null, dashboardUrl: null });
  const environment = {
    STREAMGAUGE_ALERT_LINKS: 'https://a.example.com',
    STREAMGAUGE_DASHBOARD_URL: 'https://b.example.com',
  };
  expect(alertSinksOf(environment, clock).places).toEqual({
    servedAt: 'https://a.example.com',
    dashboardUrl: 'https://b.example.com',
  });
});

test('stream names are told both ways', () => {
  const names = StreamNames.fromEnvironment(
    { STREAMGAUGE_STREAMS: '{"clicks":"shop-clicks","orders":"shop-orders"}' },
    plan,
  );
  expect(names.kinesisNameOf('orders')).toBe('shop-orders');
  expect(names.streamOf('arn:aws:kinesis:eu-west-1:123456789012:stream/shop-clicks')).toBe('clicks');
  expect(
    names.streamOf('arn:aws:kinesis:eu-west-1:123456789012:stream/shop-orders/consumer/streamgauge:1750000000'),
  ).toBe('orders');
  expect(() => names.streamOf('arn:aws:kinesis:eu-west-1:123456789012:stream/other')).toThrow(
    "Records came from arn:aws:kinesis:eu-west-1:123456789012:stream/other, which carries no stream of the pipeline: STREAMGAUGE_STREAMS names shop-clicks for 'clicks', shop-orders for 'orders'.",
  );
});

test('a stream of the pipeline without a Kinesis stream is found before the first event', () => {
  expect(() => StreamNames.fromEnvironment({ STREAMGAUGE_STREAMS: '{"clicks":"shop-clicks"}' }, plan)).toThrow(
    "The environment variable STREAMGAUGE_STREAMS names no Kinesis stream for stream 'orders' of the pipeline; it names shop-clicks for 'clicks'.",
  );
});

test.each(['', '[]', '{"clicks":1}', 'clicks=a'])('%p is refused as a list of streams', (text) => {
  expect(() => StreamNames.fromEnvironment({ STREAMGAUGE_STREAMS: text }, plan)).toThrow(ConfigError);
});

test('a log line is one JSON object that says when, how grave and what', () => {
  const lines: string[] = [];
  const log = jsonLog({ write: (line) => lines.push(line), nowMs: () => NOW_MS });
  log.info('Two\nlines.', { stream: 'clicks', position: '101.0' });
  expect(lines).toEqual([
    '{"timestamp":"2026-03-01T12:00:00.000Z","level":"INFO","message":"Two\\nlines.","stream":"clicks","position":"101.0"}\n',
  ]);
});

test('a log line tells an error with its code and its causes', () => {
  const lines: string[] = [];
  const log = jsonLog({ write: (line) => lines.push(line), nowMs: () => NOW_MS });
  const cause = new Error('The socket was closed.');
  log.error('It failed.', { error: Object.assign(new Error('No answer.', { cause }), { code: 'throttled' }) });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'ERROR',
    error: {
      name: 'Error',
      message: 'No answer.',
      code: 'throttled',
      stack: expect.stringContaining('shared.test.ts'),
      cause: { message: 'The socket was closed.' },
    },
  });
});
