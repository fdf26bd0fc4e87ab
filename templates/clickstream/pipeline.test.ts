import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineTest } from 'streamgauge/testing';
import clickstream from './pipeline.ts';

const click = (event_id: string, action: string) => ({
  event_id,
  user_id: 'ann',
  page_url: 'https://shop.example/cart?from=mail',
  action,
  time: '2026-01-05T09:00:01Z',
});

test('clicks and views of a page make a row, and an event that comes twice counts once', async () => {
  const pipeline = await PipelineTest.start(clickstream, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('clicks', [click('1', 'view'), click('2', 'view'), click('3', 'click'), click('3', 'click')]);
  await pipeline.advance('10 minutes');
  const [row] = await pipeline.rows('page_views_5min');
  assert.deepEqual([row?.page, row?.views, row?.clicks, row?.click_through_rate], ['/cart', 2, 1, 0.5]);
});

test('an action that the schema does not know becomes a dead letter', async () => {
  const pipeline = await PipelineTest.start(clickstream, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('clicks', [click('1', 'purchase')]);
  const letters = await pipeline.deadLetters();
  assert.deepEqual(
    letters.map(({ reason }) => reason),
    ['wrong_type'],
  );
});
