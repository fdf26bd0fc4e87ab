import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineTest } from 'streamgauge/testing';
import logs from './pipeline.ts';

const request = (time: string, status: number) => ({
  service: 'checkout',
  status,
  duration_ms: 12,
  time: `2026-01-05T${time}Z`,
});

test('the requests of a minute make a row', async () => {
  const pipeline = await PipelineTest.start(logs, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('requests', [request('09:00:01', 200), request('09:00:30', 503)]);
  await pipeline.advance('10 minutes');
  const [row] = await pipeline.rows('service_health_1min');
  assert.deepEqual([row?.requests, row?.errors, row?.error_share], [2, 1, 0.5]);
});

test('half a line becomes a dead letter', async () => {
  const pipeline = await PipelineTest.start(logs, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('requests', ['{"service":"check']);
  const letters = await pipeline.deadLetters();
  assert.deepEqual(
    letters.map(({ reason }) => reason),
    ['not_json'],
  );
});
