import { count, pipeline, sum, tumbling, view } from 'streamgauge';
import { isOfOtherDefinition } from '../../../engine/query/other-definition.ts';
import { deployedStateWrite } from '../../../engine/state/deployed-state.ts';
import { SmallWorld } from '../../support/small-world.ts';
import { events } from './plain-events.ts';

const minutes = () => view('v', events).window(tumbling('1 minute')).groupBy('key');
const counted = new SmallWorld(pipeline('p', [minutes().aggregate(() => ({ n: count() }))]));
const summed = new SmallWorld(
  pipeline('p', [minutes().aggregate((e) => ({ n: count(), at: sum(e.at.msSince(e.at)) }))]),
);

test('state of a view under its name and another definition is told from none, and from its own', async () => {
  const { state } = counted.stores;
  const of = (world: SmallWorld) => isOfOtherDefinition(world.view('v'), state);
  expect([await of(counted), await of(summed)]).toEqual([false, false]);
  const owner = { buckets: 1, origins: [], goneAtMs: null };
  await state.transact([deployedStateWrite('events', { version: 1, owners: { [counted.view('v').key]: owner } })]);
  expect([await of(counted), await of(summed)]).toEqual([false, true]);
});
