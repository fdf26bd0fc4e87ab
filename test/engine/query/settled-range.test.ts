import { count, pipeline, session, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { isSettledRange } from '../../../engine/query/settled-range.ts';
import { END_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { SmallWorld } from '../../support/small-world.ts';

const HOUR_MS = 3_600_000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const minutes = (name: string, options = {}) =>
  view(name, events)
    .window(tumbling('1 minute'), options)
    .groupBy('key')
    .aggregate(() => ({ n: count() }));
const revised = minutes('revised', { allowedLateness: '1 hour' });
const world = async () => {
  const made = new SmallWorld(
    pipeline('p', [
      minutes('plain'),
      revised,
      view('hours', revised)
        .window(tumbling('1 hour'))
        .aggregate(() => ({ n: count() })),
      view('visits', events)
        .window(session({ gap: '1 minute' }))
        .groupBy('key')
        .aggregate(() => ({ n: count() })),
    ]),
  );
  await made.take([
    { key: 'a', at: 1 },
    { key: 'a', at: 3 * 3600 },
  ]);
  await made.finalizeAll();
  return made;
};

test('a range is settled once all its windows are closed, and have been for an hour', async () => {
  const { stores, view: viewOf } = await world().then((made) => ({
    stores: made.stores,
    view: (name: string) => made.view(name),
  }));
  const settled = (name: string, toMs: number) => isSettledRange(viewOf(name), stores.state, { fromMs: 0, toMs });
  // Closed up to three o'clock; the last window of a range ends a minute after its start.
  expect(await settled('plain', 2 * HOUR_MS - 60_000)).toBe(true);
  expect(await settled('plain', 2 * HOUR_MS - 59_999)).toBe(false);
  expect(await settled('plain', END_OF_TIME_MS)).toBe(false);
  // What late events revise, also by way of the view below, and what may have begun long ago.
  for (const name of ['revised', 'hours', 'visits']) expect(await settled(name, 60_000)).toBe(false);
});
