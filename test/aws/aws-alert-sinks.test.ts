import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AlertsOutOfTimeError } from '../../adapters/alerts-out-of-time.ts';
import { AwsAlertSinks } from '../../adapters/aws/alert-sinks.ts';
import { servicePause } from '../../adapters/aws/backoff.ts';
import { ALERT_EVENT, EventBridgeAlertSink } from '../../adapters/aws/eventbridge-alert-sink.ts';
import { SnsAlertSink } from '../../adapters/aws/sns-alert-sink.ts';
import { SsmSecrets } from '../../adapters/aws/ssm-secrets.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { SentAlert } from '../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { alertSinkConformance, MESSAGE } from '../conformance/alert-sink.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type AlertReceiver, type Seen, startAlertReceiver } from './alert-receiver.ts';
import { clientSettings } from './emulators.ts';
import { recordedBackoff } from './recorded-backoff.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const PUBLISHED = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>`;
const snsError = (code: string, message: string) =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;

const form = ({ body }: Seen) => new URLSearchParams(body);

async function failureOf(sending: Promise<unknown>): Promise<Error> {
  return sending.then(
    () => {
      throw new Error('The message was sent, and should not have been.');
    },
    (error: unknown) => error as Error,
  );
}

describe('on a topic of SNS', () => {
  let receiver: AlertReceiver;
  let client: SNSClient;
  beforeEach(async () => {
    receiver = await startAlertReceiver(() => PUBLISHED);
    client = new SNSClient(clientSettings(receiver, 3));
  });
  afterEach(async () => {
    client.destroy();
    await receiver.close();
  });
  const bodies = (seen: Seen) => JSON.parse(form(seen).get('Message') ?? '') as Record<string, string>;
  const messages = () => receiver.seen.map((seen) => JSON.parse(bodies(seen).default ?? '') as SentAlert);
  const sinkOf = (topicArn = TOPIC) => new SnsAlertSink({ client, topicArn });

  alertSinkConformance(async () => ({ sink: sinkOf(), received: async () => messages() }));

  test('subscriptions can filter by severity, alert, view, pipeline and kind', async () => {
    await sinkOf().send(MESSAGE);
    const sent = form(receiver.seen[0] as Seen);
    const attributes = [1, 2, 3, 4, 5].map((n) => [
      sent.get(`MessageAttributes.entry.${n}.Name`),
      sent.get(`MessageAttributes.entry.${n}.Value.StringValue`),
    ]);
    expect(Object.fromEntries(attributes)).toEqual({
      severity: 'critical',
      alert: 'many',
      view: 'errors',
      pipeline: 'p',
      kind: 'opened',
    });
    expect([sent.get('Action'), sent.get('TopicArn'), sent.get('MessageStructure')]).toEqual([
      'Publish',
      TOPIC,
      'json',
    ]);
  });

  test('a mail has a subject and can be read', async () => {
    await sinkOf().send(MESSAGE);
    const [seen] = receiver.seen as [Seen];
    expect(form(seen).get('Subject')).toBe('CRITICAL opened: many in errors, p');
    expect(bodies(seen).email).toBe(
      [
        'critical opened: errors > 100: errors is 512',
        '',
        'pipeline   p',
        'view       errors',
        'alert      many',
        'group      service=checkout zone=null size=3 live=true',
        'window     2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z',
        'incident   from 2026-01-01T00:00:00.000Z',
        'id         errors@0123456789ab/many/0/1, message 1',
        '',
      ].join('\n'),
    );
  });

  test('a mail of a grouped message lists the worst of its incidents', async () => {
    const worst = [{ group: { service: 'a' }, severity: 'critical' as const, reason: 'one\nline' }];
    await sinkOf().send({ ...MESSAGE, group: null, grouped: { count: 5000, open: 4000, worst } });
    const [seen] = receiver.seen as [Seen];
    expect(form(seen).get('Subject')).toBe('CRITICAL opened: many in errors (5000 incidents), p');
    expect(bodies(seen).email).toContain(
      '5000 incidents, 4000 of them not over. The worst:\n  critical  service=a  one?line\n',
    );
  });

  test('a subject is one line of at most 100 characters of ASCII, whatever the names are', async () => {
    await sinkOf().send({ ...MESSAGE, alert: `ü\n${'x'.repeat(300)}` });
    const subject = form(receiver.seen[0] as Seen).get('Subject') ?? '';
    expect(subject).toMatch(/^CRITICAL opened: \?\?x+\.\.\.$/);
    expect(subject).toHaveLength(100);
  });

  test('a FIFO topic gets the messages of one incident in one group, each under an id of its own', async () => {
    const sink = sinkOf(`${TOPIC}.fifo`);
    await sink.send(MESSAGE);
    await sink.send({ ...MESSAGE, sequence: 2 });
    await sink.send({ ...MESSAGE, id: 'errors@0123456789ab/many/0/2' });
    const orders = receiver.seen.map((seen) => form(seen).get('MessageGroupId') as string);
    const ids = receiver.seen.map((seen) => form(seen).get('MessageDeduplicationId') as string);
    expect(orders[0]).toBe(orders[1]);
    expect(new Set(orders).size).toBe(2);
    expect(new Set(ids).size).toBe(3);
    for (const each of [...orders, ...ids]) expect(each).toMatch(/^[\w-]{1,128}$/);
  });

  test.each([
    ['is throttled', { status: 400, body: snsError('Throttled', 'Rate exceeded') }],
    ['meets a fault of the service', { status: 503, body: snsError('ServiceUnavailable', 'later') }],
    ['has no answer', 'hang up'],
  ] as const)('a message that %s is sent again', async (_, answer) => {
    receiver.answers.push(answer);
    expect(await sinkOf().send(MESSAGE)).toBe('sent');
    expect(messages()).toEqual([MESSAGE, MESSAGE]);
  });

  test('a topic that refuses all attempts is an error that names it and says what to look at', async () => {
    receiver.answers.push({
      status: 403,
      body: snsError('AuthorizationError', 'not authorized to perform sns:Publish'),
    });
    const failure = await failureOf(sinkOf().send(MESSAGE));
    expect(failure).toBeInstanceOf(AlertSinkError);
    expect(failure.message).toMatch(
      /^The topic arn:aws:sns:eu-central-1:123456789012:alerts did not take message 1 of errors@0123456789ab\/many\/0\/1: AuthorizationError\w*: not authorized to perform sns:Publish\. It is sent again later\. Look at the topic/,
    );
    expect(receiver.seen).toHaveLength(1);
  });

  test('a message that is too long is refused for good; a topic that is none is not the message’s fault', async () => {
    receiver.answers.push({ status: 400, body: snsError('InvalidParameter', 'Invalid parameter: Message too long') });
    expect(await sinkOf().send(MESSAGE)).toBe('refused');
    receiver.answers.push({ status: 400, body: snsError('InvalidParameter', 'Invalid parameter: TopicArn') });
    expect(await failureOf(sinkOf().send(MESSAGE))).toBeInstanceOf(AlertSinkError);
  });
});

describe('on a bus of EventBridge', () => {
  let receiver: AlertReceiver;
  let client: EventBridgeClient;
  beforeEach(async () => {
    receiver = await startAlertReceiver(() => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }));
    client = new EventBridgeClient(clientSettings(receiver, 3));
  });
  afterEach(async () => {
    client.destroy();
    await receiver.close();
  });
  const partial = (ErrorCode: string) => ({
    status: 200,
    body: { FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'why' }] },
  });
  const entries = () => receiver.seen.map(({ body }) => JSON.parse(body).Entries[0] as Record<string, string>);
  const messages = () => entries().map(({ Detail }) => JSON.parse(Detail ?? '') as SentAlert);
  const sinkOf = (backoff = recordedBackoff()) =>
    new EventBridgeAlertSink({ client, busName: 'ops', pause: servicePause(backoff) });

  alertSinkConformance(async () => ({ sink: sinkOf(), received: async () => messages() }));

  test('the event is what the documents promise', async () => {
    await sinkOf().send(MESSAGE);
    expect(receiver.seen[0]?.target).toBe('AWSEvents.PutEvents');
    expect(entries()).toEqual([
      {
        EventBusName: 'ops',
        Source: 'streamgauge',
        DetailType: 'Streamgauge Alert',
        Detail: JSON.stringify(MESSAGE),
      },
    ]);
    expect(ALERT_EVENT).toEqual({ source: 'streamgauge', detailType: 'Streamgauge Alert' });
  });

  test('an event that a good answer says was not taken is put again, after a pause', async () => {
    receiver.answers.push(partial('ThrottlingException'), partial('InternalFailure'));
    const backoff = recordedBackoff();
    expect(await sinkOf(backoff).send(MESSAGE)).toBe('sent');
    expect(messages()).toEqual([MESSAGE, MESSAGE, MESSAGE]);
    expect(backoff.pausesMs).toEqual([25, 50]);
  });

  test('a bus that takes it in none of four attempts is an error that names it', async () => {
    receiver.answers.push(...Array.from({ length: 4 }, () => partial('ThrottlingException')));
    const failure = await failureOf(sinkOf().send(MESSAGE));
    expect(failure).toBeInstanceOf(AlertSinkError);
    expect(failure.message).toContain(
      'The event bus ops did not take message 1 of errors@0123456789ab/many/0/1: AwsCallError: ThrottlingException: why.',
    );
    expect(receiver.seen).toHaveLength(4);
  });

  test.each([
    ['is throttled', { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } }],
    ['meets a fault of the service', { status: 500, body: { __type: 'InternalException', message: 'later' } }],
    ['has no answer', 'hang up'],
  ] as const)('a call that %s is made again', async (_, answer) => {
    receiver.answers.push(answer);
    expect(await sinkOf().send(MESSAGE)).toBe('sent');
    expect(messages()).toEqual([MESSAGE, MESSAGE]);
  });

  test('an event that is too large, or cannot be read, is refused for good', async () => {
    const tooLarge = 'Total size of the entries in the request is over the limit.';
    receiver.answers.push({ status: 400, body: { __type: 'ValidationException', message: tooLarge } });
    expect(await sinkOf().send(MESSAGE)).toBe('refused');
    receiver.answers.push(partial('MalformedDetail'));
    expect(await sinkOf().send(MESSAGE)).toBe('refused');
  });

  test('a permission that is missing is an error, for the event is as good as before', async () => {
    const body = { __type: 'AccessDeniedException', message: 'not authorized to perform: events:PutEvents' };
    receiver.answers.push({ status: 400, body }, partial('AccessDeniedException'));
    expect((await failureOf(sinkOf().send(MESSAGE))).message).toContain('not authorized to perform: events:PutEvents');
    expect((await failureOf(sinkOf().send(MESSAGE))).message).toContain('AccessDeniedException: why');
  });
});

describe('the keys of signatures', () => {
  let receiver: AlertReceiver;
  let client: SSMClient;
  let value: string;
  const clock = new ManualClock(0);
  beforeEach(async () => {
    value = 'first';
    receiver = await startAlertReceiver(() => ({ Parameter: { Name: '/p/KEY', Value: value } }));
    client = new SSMClient(clientSettings(receiver, 1));
  });
  afterEach(async () => {
    client.destroy();
    await receiver.close();
  });

  test('are read decrypted, once in five minutes', async () => {
    const secrets = new SsmSecrets(client, clock);
    expect([await secrets.read('/p/KEY'), await secrets.read('/p/KEY')]).toEqual(['first', 'first']);
    expect(receiver.seen.map(({ body }) => JSON.parse(body))).toEqual([{ Name: '/p/KEY', WithDecryption: true }]);
    value = 'second';
    clock.advance(5 * 60_000);
    expect(await secrets.read('/p/KEY')).toBe('second');
  });

  test('one that is not there, or empty, is an error that says how to store it', async () => {
    const secrets = new SsmSecrets(client, clock);
    receiver.answers.push({ status: 400, body: { __type: 'ParameterNotFound', message: '' } });
    const failure = await failureOf(secrets.read('/p/KEY'));
    expect(failure).toBeInstanceOf(AlertSinkError);
    expect(failure.message).toMatch(
      /^The parameter \/p\/KEY, which holds the key of a webhook's signature, cannot be read: ParameterNotFound.* Store it with: aws ssm put-parameter --type SecureString --name \/p\/KEY --value …$/,
    );
    value = '';
    expect((await failureOf(secrets.read('/p/KEY'))).message).toContain('is empty. Store it with');
  });
});

describe('the sinks of a function', () => {
  const saved = { ...process.env };
  let receiver: AlertReceiver;
  const clock = new ManualClock(0);
  beforeEach(async () => {
    receiver = await startAlertReceiver((body) => (body.startsWith('Action=') ? PUBLISHED : { FailedEntryCount: 0 }));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: receiver.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });
  afterEach(async () => {
    process.env = { ...saved };
    await receiver.close();
  });
  const sinksWithin = (leftMs: number) => {
    const budget = new TimeBudget();
    budget.limitTo(() => leftMs);
    return new AwsAlertSinks({ clock, budget, topicArn: TOPIC, secretsPath: '/streamgauge/p/' });
  };

  test('a topic is called in its own region, and a channel has one sink', async () => {
    const sinks = sinksWithin(10_000);
    const channel = { kind: 'sns', topicArn: TOPIC } as const;
    await sinks.of(channel)?.send(MESSAGE);
    expect(receiver.seen[0]?.headers.authorization).toContain('/eu-central-1/sns/');
    expect(sinks.of({ ...channel })).toBe(sinks.of(channel));
    await sinks.of({ kind: 'sns', topicArn: null })?.send(MESSAGE);
    expect(form(receiver.seen[1] as Seen).get('TopicArn')).toBe(TOPIC);
    await sinks.of({ kind: 'eventBridge', busName: 'default' })?.send(MESSAGE);
    expect(receiver.seen[2]?.headers.authorization).toContain('/us-east-1/events/');
  });

  test('there is no terminal and no file', () => {
    const sinks = sinksWithin(10_000);
    expect([sinks.of({ kind: 'terminal' }), sinks.of({ kind: 'file', path: 'a' })]).toEqual([null, null]);
  });

  test('without time nothing is sent, and it is not the receiver that failed', async () => {
    const sinks = sinksWithin(0);
    const channels = [
      { kind: 'sns', topicArn: TOPIC },
      { kind: 'eventBridge', busName: 'default' },
      { kind: 'webhook', url: receiver.url, secretVariable: null },
    ] as const;
    for (const channel of channels) {
      const sink = sinks.of(channel);
      expect(await failureOf(sink?.send(MESSAGE) ?? Promise.resolve())).toBeInstanceOf(AlertsOutOfTimeError);
    }
    expect(receiver.seen).toEqual([]);
  });

  test('a receiver that failed is let alone for a minute, and then tried again', async () => {
    const sink = sinksWithin(10_000).of({ kind: 'webhook', url: receiver.url, secretVariable: null });
    receiver.answers.push({ status: 500, body: '' }, { status: 500, body: '' });
    const first = await failureOf(sink?.send(MESSAGE) ?? Promise.resolve());
    expect(first.message).toContain('in 2 attempts: it answered 500');
    clock.advance(59_999);
    expect(await failureOf(sink?.send(MESSAGE) ?? Promise.resolve())).toBe(first);
    expect(receiver.seen).toHaveLength(2);
    clock.advance(1);
    expect(await sink?.send(MESSAGE)).toBe('sent');
  });
});
