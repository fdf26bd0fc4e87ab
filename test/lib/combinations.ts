import { eventBridge, pipeline, sliding, sns, stream, sum, Timestamp, Type, view, webhook } from 'streamgauge';
import { PipelineStack } from '../../lib/pipeline-stack.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { pairwise } from './pairwise.ts';
import { quickApp } from './support.ts';

const ACCOUNT = 'eu-west-1:123456789012';
const STREAM = `arn:aws:kinesis:${ACCOUNT}:stream/web-orders`;
const key = (name: string) => `arn:aws:kms:${ACCOUNT}:key/${name}` as const;

/** Names as long as they may be, so that names made of them show whether they fit. */
const LONG = 'an_order_of_something_that_takes_a_very_long_name'.padEnd(63, 'x');

const orders = stream(LONG, {
  schema: Type.Object({ id: Type.String(), amount: Type.Number({ minimum: 0 }), time: Timestamp('iso8601') }),
  eventTime: 'time',
  eventId: 'id',
  partitionKey: 'id',
  maxLateness: '1 minute',
  dedupe: { within: '1 hour' },
});

const definition = pipeline(LONG, [
  view(LONG, orders)
    .window(sliding({ size: '10 minutes', slide: '1 minute' }))
    .aggregate((e) => ({ amount: sum(e.amount) }))
    .alert(LONG, {
      when: (row) => row.amount.gt(100),
      severity: 'critical',
      early: '10 seconds',
      to: [sns(), eventBridge('ops'), webhook({ url: 'https://example.com/alerts', secret: 'ALERTS_SECRET' })],
    }),
]);

const PROVIDER = {
  issuer: 'https://login.example.com',
  audience: ['analytics'],
  client: 'page',
  authorize: 'https://login.example.com/authorize',
  token: 'https://login.example.com/token',
};
const DOMAIN = { name: 'live.example.com', certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b' };

/** What each setting can be; settings that exclude each other are one choice. */
const CHOICES = {
  stage: [null, 'a-stage-of-20-chars1'],
  keeping: [{}, { dev: true }, { protect: true }],
  kinesis: [
    {},
    { producers: { [LONG]: ['arn:aws:iam::123456789012:role/web'] } },
    { streams: { [LONG]: STREAM } },
    { streams: { [LONG]: { arn: STREAM, key: key('stream') } } },
  ],
  capacity: [{}, { shards: 2 }, { shards: 2, reservedConcurrency: 2 }],
  retentionDays: [7, 1],
  key: ['aws', 'customer', key('all')],
  preset: ['balanced', 'lowLatency', 'lowCost'],
  ingest: [false, true],
  api: [
    {},
    { api: 'iam' },
    { api: 'jwt', signIn: { issuer: 'https://login.example.com', audience: ['analytics'] }, apiConcurrency: 5 },
    { page: 'cognito', apiAllows: 'acknowledge' },
    { page: 'oidc', api: 'iam', signIn: PROVIDER, pageDomain: DOMAIN, apiAllows: 'redrive' },
  ],
  lake: [
    {},
    { bronzeDays: 40 },
    { bronzeBucket: 'lake' },
    { bronzeBucket: { name: 'lake', key: key('lake') } },
    { lake: false },
  ],
  catalog: [true, false],
  monitoring: [true, false],
  alarmTopic: [null, `arn:aws:sns:${ACCOUNT}:on-call`],
  alertTopic: [null, `arn:aws:sns:${ACCOUNT}:alerts`, { arn: `arn:aws:sns:${ACCOUNT}:a.fifo`, key: key('topic') }],
  makeAlertBuses: [false, true],
  alertLinks: [null, 'https://analytics.example.com/shop'],
  alarmEmail: [null, 'team@example.com'],
  mathAlarms: [true, false],
  rowMetrics: [false, true],
  tracing: [false, true],
  vpc: [null, { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] }],
};

/** Settings in which each two values come together at least once. */
export const COMBINATIONS = pairwise(CHOICES).map(({ keeping, kinesis, capacity, lake, api, ...others }) => {
  const settings: Partial<PipelineSettings> = Object.assign({}, others, keeping, kinesis, capacity, lake, api);
  return settings;
});

/** The stack of a combination, with nothing bundled. */
export function stackOf(settings: Partial<PipelineSettings>): PipelineStack {
  return new PipelineStack(quickApp(), { definition, entry: 'pipelines/clickstream.ts', settings });
}
