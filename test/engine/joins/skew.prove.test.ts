import { type EventLog, LEFT, RIGHT } from '../../../engine/joins/event-log.ts';
import { intervalOperator } from '../../../engine/joins/interval-join.ts';
import { cutLogs, DEFAULT_MAX_PER_KEY, MAX_ROWS_PER_KEY } from '../../../engine/joins/limits.ts';

const LIMIT = { paneMs: 60_000, max: DEFAULT_MAX_PER_KEY };
const EVENTS = 1_000_000;
const SEGMENT = 10_000;

test('a key with 1,000,000 events in a pane is cut in bounded memory, and makes bounded rows', () => {
  const group = { values: ['hot'], states: [[]] as EventLog[] };
  const groups = new Map([['hot', group]]);
  let longest = 0;
  for (let from = 0; from < EVENTS; from += SEGMENT) {
    const log = group.states[0] as EventLog;
    for (let id = from; id < from + SEGMENT; id++) {
      const timeMs = (id * 7919) % 60_000;
      if (id % 1000 === 0) log.push({ side: LEFT, timeMs, values: [id] });
      log.push({ side: RIGHT, timeMs, values: [id] });
    }
    longest = Math.max(longest, log.length);
    cutLogs(groups as never, LIMIT.max, 3 * LIMIT.max);
  }
  cutLogs(groups as never, LIMIT.max);
  const rows = group.states[0] as EventLog;
  const rights = rows.filter(({ side }) => side === RIGHT);
  expect(rights).toHaveLength(LIMIT.max);
  // A million over a minute: the first 20,000 are of its first 1.2 seconds.
  expect(rights.every(({ timeMs }) => timeMs < 1200)).toBe(true);
  expect(longest).toBeLessThanOrEqual(4 * LIMIT.max + 2 * SEGMENT);
  const operator = intervalOperator({ kind: 'interval', type: 'full', fromMs: 0, toMs: 60_000 }, LIMIT);
  const pane = { fromMs: 0, toMs: 60_000, rows, ahead: [], hasNullKey: false };
  const joined = operator.step(operator.create(), pane);
  const pairs = joined.filter(({ left, right }) => left !== null && right !== null);
  expect(pairs).toHaveLength(MAX_ROWS_PER_KEY);
  expect(joined.length).toBeLessThanOrEqual(MAX_ROWS_PER_KEY + rows.length);
  expect(joined.every(({ isTruncated }) => isTruncated)).toBe(true);
});
