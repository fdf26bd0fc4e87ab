import { describeView } from '../../api/describe.ts';
import { exampleEvent } from '../../api/example-event.ts';
import { compileValidator } from '../../engine/decode/validate.ts';
import { count, last, pattern, pipeline, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';

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
