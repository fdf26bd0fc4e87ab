import { describeView } from '../../api/describe.ts';
import { exampleEvent } from '../../api/example-event.ts';
import { compileValidator } from '../../engine/decode/validate.ts';
import { count, last, pattern, pipeline, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';

const logins = stream('logins', {
  schema: Type.Object({ user: Type.String(), ok: Type.Boolean(), reason: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 second',
});
const brokenIn = pattern('broken_in', logins, { partitionBy: 'user' })
  .sequence('failure{2} -> success', { failure: (e) => e.ok.not(), success: (e) => e.ok })
  .within('1 minute')
  .select(() => ({}));

describe('a view of the matches of a pattern', () => {
  const minute = tumbling('1 minute');
  const each = view('each', brokenIn).select((match) => ({ user: match.user, why: match.reason }));
  const lastOne = view('last_one', brokenIn)
    .window(minute)
    .aggregate((match) => ({ times: count(), why: last(match.reason) }));
  const counts = view('counts', brokenIn)
    .window(minute)
    .aggregate(() => ({ times: count() }));
  // A stream can have a field of that name.
  const reasons = view('reasons', logins)
    .window(minute)
    .groupBy('reason')
    .aggregate(() => ({ times: count() }));
  const { views } = pipelineDefinition(pipeline('p', [each, lastOne, counts, reasons]), 'the test');
  const patternOf = (name: string) => {
    const found = views.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no view '${name}'.`);
    return describeView(found).pattern;
  };

  test('names it, and the column that says why', () => {
    expect(patternOf('each')).toEqual({ name: 'broken_in', reason: 'why' });
    expect(patternOf('last_one')).toEqual({ name: 'broken_in', reason: 'why' });
    expect(patternOf('counts')).toEqual({ name: 'broken_in', reason: null });
  });

  test('is no other view', () => {
    expect(patternOf('reasons')).toBeUndefined();
  });
});

describe('a stream with lists, and a view that explodes them', () => {
  const carts = stream('carts', {
    schema: Type.Object({
      id: Type.String(),
      items: Type.Array(
        Type.Object({ sku: Type.String(), made: Timestamp('epoch-s'), codes: Type.Array(Type.Integer()) }),
      ),
      labels: Type.Record(Type.String(), Type.Boolean()),
      checked: Type.Array(Type.Refine(Type.String(), (text) => text !== '')),
      tags: Type.Union([Type.Array(Type.String()), Type.Null()]),
      at: Timestamp('iso8601'),
    }),
    eventTime: 'at',
    partitionKey: 'id',
    maxLateness: '1 minute',
  });
  const codes = view('codes', carts)
    .explode((e) => ({ item: e.items }))
    .explode((e) => ({ code: e.item.codes }))
    .window(tumbling('1 minute'))
    .groupBy('code')
    .aggregate(() => ({ codes: count() }));
  const { streams, views } = pipelineDefinition(pipeline('p', [codes]), 'the test');

  test('is of the elements, in words', () => {
    expect(describeView(views[0] as ViewDefinition).words).toBe(
      'tumbling, 1 minute by code, of each code in item.codes',
    );
  });

  test('has an example with an element, which fits', () => {
    const [definition] = streams as [(typeof streams)[number]];
    const nowMs = Date.parse('2026-03-01T12:00:00Z');
    const example = exampleEvent(definition, nowMs);
    expect(example).toMatchObject({
      items: [{ sku: 'sku-1', made: nowMs / 1000, codes: [1] }],
      labels: { 'labels-1': true },
      checked: [],
    });
    expect(compileValidator(definition)(example, null)).toMatchObject({ kind: 'valid' });
  });
});

test('the example of a stream whose times are optional has the first of them', () => {
  const sent = stream('sent', {
    schema: Type.Object({
      user: Type.String(),
      sent_at: Type.Optional(Timestamp('epoch-ns')),
      received_at: Type.Optional(Timestamp('iso8601')),
    }),
    eventTime: ['sent_at', 'received_at'],
    partitionKey: 'user',
    maxLateness: '1 second',
  }) as unknown as StreamDefinition;
  const example = exampleEvent(sent, Date.parse('2026-03-01T00:00:00Z'));
  expect(example).toEqual({ sent_at: 1_772_323_200_000_000_000, user: 'user-1' });
  expect(compileValidator(sent)(example, null, JSON.stringify(example))).toMatchObject({ kind: 'valid' });
});
