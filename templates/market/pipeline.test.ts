import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineTest } from 'streamgauge/testing';
import market from './pipeline.ts';

const trade = (time: string, price: number, shares: number) => ({
  symbol: 'ACME',
  price,
  shares,
  time: `2026-01-05T${time}Z`,
});

const TRADES = [trade('09:00:01', 10, 100), trade('09:00:20', 12, 100), trade('09:00:40', 11, 200)];

test('the trades of a minute make a bar', async () => {
  const pipeline = await PipelineTest.start(market, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('trades', TRADES);
  await pipeline.advance('10 minutes');
  const [bar] = await pipeline.rows('bars_1min');
  assert.deepEqual([bar?.open, bar?.high, bar?.low, bar?.close, bar?.vwap], [10, 12, 10, 11, 11]);
});

test('a bar does not depend on the order in which trades arrive', async () => {
  const pipeline = await PipelineTest.start(market, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('trades', TRADES.toReversed());
  await pipeline.advance('10 minutes');
  const [bar] = await pipeline.rows('bars_1min');
  assert.deepEqual([bar?.open, bar?.close], [10, 11]);
});
