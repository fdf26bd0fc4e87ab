import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { gapOf } from '../../../engine/finalize/session.ts';
import { BugError } from '../../../engine/ir/bug-error.ts';
import { GAP_MS, VISITS } from '../../support/session-events.ts';
import { SmallWorld } from '../../support/small-world.ts';

test('a view of sessions has a gap, and no other view has', () => {
  const events = stream('events', {
    schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
    eventTime: 'at',
    partitionKey: 'key',
    maxLateness: '0 ms',
  });
  const minutes = view('minutes', events)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ n: count() }));
  expect(gapOf(VISITS)).toBe(GAP_MS);
  expect(() => gapOf(new SmallWorld(pipeline('p', [minutes])).view('minutes'))).toThrow(BugError);
});
