import * as streamgauge from 'streamgauge';
import {
  approxCountDistinct,
  type Condition,
  count,
  countDistinct,
  eventBridge,
  file,
  max,
  mean,
  min,
  session,
  sns,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  tumbling,
  view,
  webhook,
} from 'streamgauge';
import { fingerprint } from '../../../engine/plan/fingerprint.ts';
import { definitionOf } from './definition-of.ts';
import { refusal } from './untyped.ts';

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), n: Type.Number(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 minute',
});
const counted = view('counted', events)
  .window(tumbling('1 minute'))
  .groupBy('id')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));

const NUMBER = { kind: 'number', nullable: false, integer: true };
const eventsAbove = (value: number) => ({
  op: 'compare',
  operator: 'gt',
  left: { op: 'field', path: ['events'], type: NUMBER },
  right: { op: 'literal', value, type: NUMBER },
  type: { kind: 'boolean', nullable: false },
});

test('an alert is data, with what is not set filled in', () => {
  const alerted = counted.alert('many', { when: (row) => row.events.gt(10), severity: 'warning', to: [terminal()] });
  expect(definitionOf(alerted).alerts).toEqual([
    {
      name: 'many',
      when: eventsAbove(10),
      severities: [],
      otherSeverity: 'warning',
      forWindows: 1,
      cooldownMs: 0,
      resolve: null,
      reason: null,
      to: [{ kind: 'terminal' }],
      earlyMs: null,
      maxAgeMs: 3_600_000,
      groupAbove: 20,
    },
  ]);
});

test('an alert can say all of it', () => {
  const alerted = counted.alert('many', {
    when: (row) => row.events.gt(10),
    severity: { critical: (row) => row.events.gt(100), otherwise: 'info' },
    for: 3,
    cooldown: '10 minutes',
    resolve: (row) => row.events.gt(5).not(),
    reason: (row) => row.id,
    to: [
      file('alerts.jsonl'),
      webhook({ url: 'http://127.0.0.1:8080/x', secret: 'ALERTS_SECRET' }),
      sns('arn:aws:sns:eu-central-1:123456789012:alerts'),
      eventBridge(),
    ],
    maxAge: '5 minutes',
    groupAbove: 3,
  });
  expect(definitionOf(alerted).alerts[0]).toMatchObject({
    severities: [{ severity: 'critical', condition: eventsAbove(100) }],
    otherSeverity: 'info',
    forWindows: 3,
    cooldownMs: 600_000,
    resolve: { op: 'not' },
    reason: { op: 'field', path: ['id'] },
    to: [
      { kind: 'file', path: 'alerts.jsonl' },
      { kind: 'webhook', url: 'http://127.0.0.1:8080/x', secretVariable: 'ALERTS_SECRET' },
      { kind: 'sns', topicArn: 'arn:aws:sns:eu-central-1:123456789012:alerts' },
      { kind: 'eventBridge', busName: 'default' },
    ],
    maxAgeMs: 300_000,
    groupAbove: 3,
  });
});

test('an alert leaves the view that it is made of, its columns and its fingerprint as they are', () => {
  const alerted = counted
    .alert('many', { when: (row) => row.events.gt(10), severity: 'warning', to: [terminal()] })
    .derive((row) => ({ twice: row.total.mul(2) }))
    .alert('large', { when: (row) => row.twice.gt(10), severity: 'critical', to: [terminal()] });
  expect(definitionOf(counted).alerts).toEqual([]);
  expect(definitionOf(alerted).alerts.map(({ name }) => name)).toEqual(['many', 'large']);
  expect(fingerprint(definitionOf(alerted))).toBe(fingerprint(definitionOf(counted)));
});

describe('an alert is refused', () => {
  const raw = counted as unknown as { alert(name: string, rule?: unknown): typeof raw };
  const when = (row: { events: { gt(n: number): unknown } }) => row.events.gt(1);
  const good = { when, severity: 'info', to: [terminal()] };
  const sessions = view('sessions', events)
    .window(session({ gap: '1 minute' }))
    .aggregate(() => ({ events: count() })) as unknown as typeof raw;

  test.each([
    [() => raw.alert('No', good), 'a name has 1 to 63 characters'],
    [
      () => raw.alert('a', good).alert('a', good),
      "view 'counted', alert('a'): there is already an alert with this name",
    ],
    [() => raw.alert('a'), "view 'counted', alert('a') needs its settings as an object"],
    [() => raw.alert('a', { ...good, whenn: when }), "has no setting 'whenn'. Its settings are when, severity, for"],
    [() => raw.alert('a', { ...good, when: undefined }), "alert('a'): when needs a function"],
    [
      () => raw.alert('a', { ...good, when: (row: { id: unknown }) => row.id }),
      "was given 'id', a string, and needs a condition",
    ],
    [
      () => raw.alert('a', { ...good, severity: 'fatal' }),
      "severity is 'fatal': it must be 'info' or 'warning' or 'critical'",
    ],
    [() => raw.alert('a', { ...good, severity: { critical: when } }), "severity.otherwise is 'undefined'"],
    [
      () => raw.alert('a', { ...good, severity: { warning: when, otherwise: 'critical' } }),
      "severity.warning is no graver than 'critical', which all other rows have",
    ],
    [() => raw.alert('a', { ...good, for: 0 }), 'for is 0: it must be a whole number from 1 to 100'],
    [() => raw.alert('a', { ...good, cooldown: '5' }), "cooldown is '5', which is not a duration"],
    [() => raw.alert('a', { ...good, maxAge: '0 ms' }), "maxAge is '0 ms': it must be at least 1 ms"],
    [
      () => raw.alert('a', { ...good, maxAge: '36501 days' }),
      "maxAge is '36501 days': it must be at least 1 ms and at most 36500 days",
    ],
    [
      () => raw.alert('a', { ...good, groupAbove: 1001 }),
      'groupAbove is 1001: it must be a whole number from 1 to 1,000',
    ],
    [
      () => raw.alert('a', { ...good, reason: (row: { events: unknown }) => row.events }),
      'reason is a number, and must be a text of the row',
    ],
    [() => raw.alert('a', { ...good, to: [] }), 'to must list at least one channel, such as to: [terminal()]'],
    [() => raw.alert('a', { ...good, to: [{ kind: 'terminal' }] }), 'to holds something that is not a channel'],
    [
      () => raw.alert('a', { ...good, to: Array.from({ length: 11 }, terminal) }),
      'to lists 11 channels, and at most 10',
    ],
    [
      () =>
        raw.alert('a', {
          ...good,
          when: (row: { events: never }) =>
            (mean(row.events).over({ windows: 3 }) as never as { gt(n: number): unknown }).gt(1),
        }),
      'when goes over other rows. Give that a column in an earlier .derive(…)',
    ],
    [() => sessions.alert('a', good), 'an incident is a run of windows in a fixed order, and'],
  ])('where it cannot be meant: case %#', (define, message) => {
    expect(refusal(define)).toContain(message);
  });

  test('beyond twenty of them', () => {
    let alerted = raw;
    for (let i = 0; i < 20; i++) alerted = alerted.alert(`a${i}`, good);
    expect(refusal(() => alerted.alert('more', good))).toContain('a view has at most 20 alerts');
  });
});

describe('an early alert', () => {
  const bounded = stream('bounded', {
    schema: Type.Object({
      id: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      delta: Type.Number(),
      nested: Type.Object({ size: Type.Number({ exclusiveMinimum: 0 }) }),
      at: Timestamp(),
    }),
    eventTime: 'at',
    partitionKey: 'id',
    maxLateness: '1 minute',
  });
  const all = view('all', bounded)
    .derive((e) => ({ twice: e.bytes.mul(2) }))
    .window(tumbling('1 minute'))
    .aggregate((e) => ({
      events: count(),
      bytes: sum(e.bytes),
      sizes: sum(e.nested.size),
      deltas: sum(e.delta),
      twice: sum(e.twice),
      most: max(e.delta),
      least: min(e.delta),
      usual: mean(e.delta),
      some: countDistinct(e.id, { limit: 5 }),
      about: approxCountDistinct(e.id),
    }))
    .derive((row) => ({ share: row.bytes.div(row.events) }));
  type Row = Parameters<Parameters<typeof all.alert>[1]['when']>[0];
  const early = (when: (row: Row) => Condition, more: object = {}) =>
    all.alert('a', { when, severity: 'info', to: [terminal()], early: '10 seconds', ...more });

  test.each<[(row: Row) => Condition]>([
    [(row) => row.events.gt(10)],
    [(row) => row.bytes.gte(10)],
    [(row) => row.sizes.gt(10)],
    [(row) => row.most.gt(10)],
    [(row) => row.about.gt(10)],
    [(row) => row.some.gte(4)],
    [(row) => row.least.lt(-10)],
    [(row) => row.events.gt(10).and(row.least.lte(0).or(row.most.gt(3)))],
  ])('takes conditions that more events cannot make false: case %#', (when) => {
    expect(definitionOf(early(when)).alerts[0]?.earlyMs).toBe(10_000);
  });

  test.each<[(row: Row) => Condition, string]>([
    [(row) => row.events.lt(10), "'events' can rise with more events"],
    [(row) => row.events.eq(10), "'events' can pass the constant that it is compared with"],
    [(row) => row.deltas.gt(10), "'deltas' sums something that may be negative"],
    [(row) => row.twice.gt(10), "'twice' sums something that may be negative"],
    [(row) => row.usual.gt(10), "'usual', a mean, can fall with more events"],
    [(row) => row.share.gt(10), "'share' is not an aggregate of the view"],
    [(row) => row.some.gt(5), "'some' is null beyond its limit of 5, which is no more than the constant"],
    [(row) => row.most.lt(10), "'most' can rise with more events"],
    [(row) => row.least.gt(10), "'least', a min, can fall with more events"],
    [(row) => row.events.gt(10).not(), 'not can become false with more events'],
    [(row) => row.events.gt(row.bytes), 'it compares something else than an aggregate with a constant'],
    [(row) => row.events.gt(10).and(row.usual.gt(1)), "'usual', a mean, can fall"],
  ])('refuses all other conditions with the reason: case %#', (when, reason) => {
    const message = refusal(() => early(when));
    expect(message).toContain(
      "view 'all', alert('a'): when is to be looked at early, before its window is final, and ",
    );
    expect(message).toContain(reason);
  });

  test('is refused where its severity could be taken back, where windows are counted, and on a view of a view', () => {
    const events = (row: Row) => row.events.gt(1);
    const severity = { critical: (row: Row) => row.usual.gt(3), otherwise: 'info' };
    expect(refusal(() => early(events, { severity }))).toContain('severity.critical is to be looked at early');
    expect(refusal(() => early(events, { for: 2 }))).toContain('early is set and for is 2');
    expect(refusal(() => early(events, { early: '1 ms' }))).toContain("early is '1 ms': it must be at least 1000 ms");
    const over = view('over', all)
      .window(tumbling('1 hour'))
      .aggregate(() => ({ rows: count() }));
    const define = () =>
      over.alert('a', { when: (row) => row.rows.gt(1), severity: 'info', to: [terminal()], early: '1 minute' });
    expect(refusal(define)).toContain('early is set, and the view takes the rows of another view');
  });
});

describe('a channel is refused', () => {
  const js = streamgauge as unknown as Record<
    'file' | 'webhook' | 'sns' | 'eventBridge',
    (options: unknown) => unknown
  >;

  test.each([
    [() => js.file(''), 'file("") needs the path of a file to add lines to, such as file(\'alerts.jsonl\')'],
    [() => js.webhook('https://example.com'), 'webhook(…) needs its settings as an object'],
    [() => js.webhook({ url: 'example.com' }), "webhook({ url }) is 'example.com', and must be an address"],
    [() => js.webhook({ url: 'http://example.com/' }), 'would send alerts over the network as plain text. Use https'],
    [() => js.webhook({ url: 'https://ann:pw@example.com/' }), 'holds a user or a password'],
    [
      () => js.webhook({ url: 'https://example.com/', secret: 's3cr3t-value' }),
      'must be the name of an environment variable',
    ],
    [() => js.sns('alerts'), "sns('alerts') needs the ARN of a topic"],
    [() => js.eventBridge('a bus'), "eventBridge('a bus') needs the name of an event bus"],
  ])('where it cannot be meant: case %#', (define, message) => {
    expect(refusal(define)).toContain(message);
  });

  test('and no secret is shown in its error', () => {
    const message = refusal(() => js.webhook({ url: 'https://ann:pw@example.com/', secret: 's3cr3t-value' }));
    expect(message).not.toMatch(/s3cr3t|pw/);
  });
});
