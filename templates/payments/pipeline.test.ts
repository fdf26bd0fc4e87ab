import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineTest } from 'streamgauge/testing';
import payments from './pipeline.ts';

const payment = (payment_id: string, amount: number, status: string) => ({
  payment_id,
  account: 'a-1',
  country: 'NL',
  amount,
  status,
  time: '2026-01-05T09:00:01Z',
});

const PAYMENTS = [payment('1', 1000, 'approved'), payment('2', 500, 'approved'), payment('3', 9000, 'declined')];

test('payments of a minute make a row, and one that is sent twice counts once', async () => {
  const pipeline = await PipelineTest.start(payments, { startAt: '2026-01-05T09:00:00Z' });
  await pipeline.give('payments', [...PAYMENTS, ...PAYMENTS]);
  await pipeline.advance('10 minutes');
  const [row] = await pipeline.rows('payments_1min');
  assert.deepEqual([row?.payments, row?.turnover, row?.largest], [3, 1500, 9000]);
});

test('no payment is lost or counted twice, whichever write the process dies at', async () => {
  for (let atWrite = 1; atWrite <= 10; atWrite++) {
    const crashes = [{ atWrite, effect: 'after' as const }];
    const pipeline = await PipelineTest.start(payments, { startAt: '2026-01-05T09:00:00Z', batch: 1, crashes });
    await pipeline.give('payments', PAYMENTS);
    await pipeline.end();
    const [row] = await pipeline.rows('payments_1min');
    assert.deepEqual([row?.payments, row?.turnover], [3, 1500]);
  }
});
