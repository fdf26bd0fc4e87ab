import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clicksFor, lastTimeMs } from '../../../scripts/newcomers/events.ts';

const NINE = Date.UTC(2026, 0, 5, 9);

test('views of one page within a minute, each of another user, and each with an id of its own', () => {
  const clicks = clicksFor('/a', NINE, 4);
  expect(clicks.map(({ time }) => time.slice(11, 19))).toEqual(['09:00:00', '09:00:15', '09:00:30', '09:00:45']);
  expect(new Set(clicks.map(({ user_id }) => user_id)).size).toBe(4);
  const others = [...clicks, ...clicksFor('/b', NINE, 4), ...clicksFor('/a', NINE + 60_000, 4)];
  expect(new Set(others.map(({ event_id }) => event_id)).size).toBe(12);
});

test('the latest event of a sample is found whatever the order, and rounded down to five minutes', () => {
  const project = mkdtempSync(join(tmpdir(), 'newcomers-'));
  mkdirSync(join(project, 'data'));
  const lines = [
    '{"time":"2026-01-05T09:29:59.000Z"}',
    '{"time":"2026-01-05T09:1',
    '{"time":"2026-01-05T09:03:00.000Z"}',
  ];
  writeFileSync(join(project, 'data/sample.jsonl'), lines.join('\n'));
  expect(new Date(lastTimeMs(project)).toISOString()).toBe('2026-01-05T09:25:00.000Z');
  rmSync(project, { recursive: true });
});
