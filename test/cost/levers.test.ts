import { LIST_PRICES } from '../../contracts/prices.ts';
import { costOf } from '../../cost/cost-model.ts';
import type { CostInput } from '../../cost/input.ts';
import { dominantOf } from '../../cost/levers.ts';
import { completeSettings } from '../../lib/complete-settings.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { inputOf, packedIn } from './support.ts';

const dominant = (change: Partial<CostInput>, settings: Partial<PipelineSettings> = {}) => {
  const input = inputOf(change, settings);
  return dominantOf(input, costOf(input, LIST_PRICES), LIST_PRICES);
};

test('one event a record pays for rounding up, and packing lowers that', () => {
  const { item, share, lever } = dominant({}, { lake: true });
  expect(item).toMatchObject({ service: 'Firehose', what: 'carried, by 5 KB' });
  expect(share).toBeGreaterThan(0.5);
  expect(lever?.change).toBe('--zstd');
});

test('what a lever is said to make of the total is what the model says of the changed input', () => {
  const change = { eventsPerSecond: 10, packing: packedIn(25_000) };
  const { item, lever } = dominant(change);
  expect(item).toMatchObject({ service: 'Kinesis', what: 'streams' });
  expect(lever?.change).toBe('-c shards=1');
  const changed = costOf(inputOf({ ...change, settings: completeSettings({ lake: false, shards: 1 }) }), LIST_PRICES);
  expect(lever?.dollarsPerMonth).toBeCloseTo(changed.dollarsPerMonth, 9);
});

test('with a lever the whole costs less, at any rate', () => {
  for (const eventsPerSecond of [0, 10, 1000, 10_000]) {
    const input = inputOf({ eventsPerSecond });
    const cost = costOf(input, LIST_PRICES);
    const { lever } = dominantOf(input, cost, LIST_PRICES);
    expect(lever === null || lever.dollarsPerMonth < cost.dollarsPerMonth).toBe(true);
  }
});

test('where no setting lowers the largest item, none is named', () => {
  // Rows follow from windows and groups, which the definition says.
  const { item, lever } = dominant(
    { groups: 300_000, eventsPerSecond: 10_000, packing: packedIn(25_000) },
    { shards: 5 },
  );
  expect(item).toMatchObject({ service: 'DynamoDB', what: 'rows written' });
  expect(lever).toBeNull();
});
