import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineTest } from 'streamgauge/testing';
import sensors from './pipeline.ts';

const reading = (time: string, temperature: number) => ({
  sensor_id: 'roof',
  temperature,
  time: `2026-01-05T${time}Z`,
});

test('the readings of a minute make a row', async () => {
  const pipeline = await PipelineTest.start(sensors, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('readings', [reading('09:00:01', 20), reading('09:00:31', 24)]);
  await pipeline.advance('10 minutes');
  const [row] = await pipeline.rows('climate_1min');
  assert.deepEqual([row?.average, row?.spread, row?.humidity], [22, 4, null]);
});

test('a reading that comes hours later revises its row', async () => {
  const pipeline = await PipelineTest.start(sensors, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('readings', [reading('09:00:01', 20)]);
  await pipeline.advance('3 hours');
  await pipeline.give('readings', [reading('09:00:59', 30)]);
  await pipeline.advance('1 minute');
  const [row] = await pipeline.rows('climate_1min');
  assert.deepEqual([row?.average, row?.revision], [25, 2]);
});
