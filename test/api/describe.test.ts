import { describeView } from '../../api/describe.ts';
import { count, last, pattern, pipeline, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';

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
