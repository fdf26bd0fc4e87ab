import { makeTraffic } from '../../localstack/events.ts';

const END_MS = Date.parse('2026-01-01T00:10:00Z');
const idOf = (line: string) => (JSON.parse(line) as { event_id: string }).event_id;
const timeOf = (line: string) => Date.parse((JSON.parse(line) as { timestamp: string }).timestamp);

test('traffic holds each event, and one in twenty once more', () => {
  const { lines, events, duplicates } = makeTraffic(2000, 7, END_MS);
  expect({ events, duplicates }).toEqual({ events: 2000, duplicates: 92 });
  expect(lines).toHaveLength(2092);
  expect(new Set(lines.map(idOf)).size).toBe(2000);
});

test('traffic is out of order by at most ten seconds, but for what comes twice', () => {
  const seen = new Set<string>();
  const once = makeTraffic(2000, 7, END_MS).lines.filter((line) => !seen.has(idOf(line)) && seen.add(idOf(line)));
  let [latest, most] = [0, 0];
  for (const line of once) {
    latest = Math.max(latest, timeOf(line));
    most = Math.max(most, latest - timeOf(line));
  }
  expect(most).toBeGreaterThan(5000);
  expect(most).toBeLessThanOrEqual(10_000);
});

test('the same seed and time give the same traffic', () => {
  expect(makeTraffic(500, 3, END_MS)).toEqual(makeTraffic(500, 3, END_MS));
  expect(makeTraffic(500, 4, END_MS).lines).not.toEqual(makeTraffic(500, 3, END_MS).lines);
});
