import { count, eventBridge, pipeline, sns, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { LIST_PRICES } from '../../contracts/prices.ts';
import { costOf } from '../../cost/cost-model.ts';
import type { CostInput } from '../../cost/input.ts';
import { alarmCount } from '../../cost/monitoring.ts';
import { STACK_RESOURCES } from '../../cost/stack-resources.ts';
import { FIXED_MEMORY } from '../../cost/work.ts';
import type { Pipeline } from '../../engine/dsl/pipeline.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { completeSettings } from '../../lib/complete-settings.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { twoStreams } from '../lib/monitoring/support.ts';
import { onePipeline, templateOf } from '../lib/support.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const alertedPipeline = pipeline('alerted', [
  view(
    'events',
    stream('clicks', {
      schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
      eventTime: 'time',
      partitionKey: 'page',
      maxLateness: '0 ms',
    }),
  )
    .window(tumbling('1 minute'))
    .aggregate(() => ({ clicks: count() }))
    .alert('busy', { when: (row) => row.clicks.gt(9), severity: 'critical', to: [sns(), eventBridge('ops')] }),
]);
const PRODUCERS = { clicks: ['arn:aws:iam::123456789012:role/web'] };

const STACKS: readonly (readonly [string, Partial<PipelineSettings>, Pipeline])[] = [
  ['as set', {}, onePipeline],
  ['of two streams', { rowMetrics: true }, twoStreams],
  [
    'with shards, fan-out, an endpoint and a key of the customer',
    { shards: 2, fanOut: true, ingest: true, key: 'customer', producers: PRODUCERS },
    onePipeline,
  ],
  [
    'with traces, a mail address and every alarm',
    { tracing: true, alarmEmail: 'a@b.c', alarms: { eventsPerSecondMin: 1, eventsPerSecondMax: 1e6 } },
    onePipeline,
  ],
  ['with fewer alarms', { alarms: { deadLetters: null, throttles: null }, mathAlarms: false }, twoStreams],
  ['without lake and monitoring', { lake: false, monitoring: false }, onePipeline],
  [
    'with a key and a topic that are there already',
    {
      key: 'arn:aws:kms:eu-west-1:123456789012:key/all',
      alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:on-call',
    },
    onePipeline,
  ],
  [
    'with a topic alone that is there already',
    { alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:on-call' },
    onePipeline,
  ],
  ['with alerts and a bus for them', { makeAlertBuses: true, alarms: { criticalAlertsOpen: 0 } }, alertedPipeline],
  ['with an API for signed requests', { api: 'iam', apiAllows: 'redrive' }, onePipeline],
  ['with the page', { page: 'cognito', monitoring: false }, onePipeline],
  ['for development', { dev: true, catalog: false }, onePipeline],
];

function resourcesOf(settings: Partial<PipelineSettings>, definition: Pipeline): readonly Resource[] {
  return Object.values(templateOf(settings, definition).toJSON().Resources as Record<string, Resource>);
}

/** Types of these resources that the model says nothing about. */
function unknownResources(types: Iterable<string>): string[] {
  return [...new Set(types)].filter((type) => !Object.hasOwn(STACK_RESOURCES, type)).sort();
}

function inputOf(settings: Partial<PipelineSettings>, definition: Pipeline): CostInput {
  return {
    pipeline: pipelineDefinition(definition, 'the test'),
    settings: completeSettings(settings),
    eventsPerSecond: 100,
    eventBytes: 230,
    packing: { kind: 'none' },
    groups: 1000,
  };
}

describe.each(STACKS)('the stack %s', (_name, settings, definition) => {
  const resources = resourcesOf(settings, definition);
  const input = inputOf(settings, definition);
  const { items } = costOf(input, LIST_PRICES);
  const quantityOf = (what: string) => items.find((item) => item.what === what)?.quantity ?? 0;
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);

  test('holds nothing that the model neither prices nor lists as free', () => {
    expect(unknownResources(resources.map(({ Type }) => Type))).toEqual([]);
  });

  test('is billed by every service that prices something in it, and by no other', () => {
    const services = new Set(
      resources.flatMap(({ Type }) => {
        const billing = STACK_RESOURCES[Type];
        return billing?.kind === 'priced' ? [billing.service as string] : [];
      }),
    );
    // Streams and tables are encrypted with keys that AWS keeps for the account, whose requests are billed all the same.
    const expected = new Set([...services, 'KMS', ...(settings.tracing ? ['X-Ray'] : [])]);
    expect(new Set(items.map(({ service }) => service as string))).toEqual(expected);
  });

  test('has as many alarms, dashboards and keys as are paid for', () => {
    const metricsOf = ({ Properties }: Resource) =>
      ((Properties.Metrics as readonly object[] | undefined) ?? [{}]).filter((each) => !('Expression' in each)).length;
    const alarms = ofType('AWS::CloudWatch::Alarm');
    expect(alarmCount(input)).toEqual({
      alarms: alarms.length,
      metrics: alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0),
      composites: ofType('AWS::CloudWatch::CompositeAlarm').length,
    });
    expect(quantityOf('alarms')).toBe(alarmCount(input).metrics);
    expect(quantityOf('dashboard')).toBe(ofType('AWS::CloudWatch::Dashboard').length);
    expect(quantityOf('keys')).toBe(ofType('AWS::KMS::Key').length);
  });

  test('has the functions that the model knows, with their memory', () => {
    const memory = new Map(
      ofType('AWS::Lambda::Function').map(({ Properties: { Description, MemorySize } }) => [
        FUNCTIONS.find(([says]) => String(Description).includes(says))?.[1] ?? String(Description),
        MemorySize,
      ]),
    );
    const { memory: ofSetting } = input.settings;
    const { lake = true, ingest = false, api = null, page = null } = settings;
    expect(Object.fromEntries(memory)).toEqual({
      aggregate: ofSetting,
      finalize: ofSetting,
      sweep: FIXED_MEMORY.sweep,
      // Called by accidents and deployments alone.
      discard: 512,
      definitions: 256,
      ...(lake ? { bronze: FIXED_MEMORY.bronze } : {}),
      ...(ingest ? { ingest: FIXED_MEMORY.ingest } : {}),
      ...(api !== null || page !== null ? { api: FIXED_MEMORY.api } : {}),
      ...(page !== null ? { page: 512 } : {}),
    });
  });
});

const FUNCTIONS = [
  ['commits batches', 'aggregate'],
  ['folds closed windows', 'finalize'],
  ['advances idle shards', 'sweep'],
  ['gave up on', 'discard'],
  ['definitions do not fit', 'definitions'],
  ['lines of bronze', 'bronze'],
  ['come by HTTP', 'ingest'],
  ['answers questions', 'api'],
  ['files of the live page', 'page'],
] as const;

test('a type that the model does not know is found', () => {
  expect(unknownResources(['AWS::S3::Bucket', 'AWS::EC2::NatGateway', 'AWS::EC2::NatGateway'])).toEqual([
    'AWS::EC2::NatGateway',
  ]);
});

test('no type is listed that no stack has', () => {
  const seen = new Set(
    STACKS.flatMap(([, settings, definition]) => resourcesOf(settings, definition).map(({ Type }) => Type)),
  );
  expect(Object.keys(STACK_RESOURCES).filter((type) => !seen.has(type))).toEqual([]);
});
