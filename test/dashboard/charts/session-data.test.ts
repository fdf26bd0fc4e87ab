import type { Row } from '../../../api/schemas/common.ts';
import { MOST_LANES, sessionsOf } from '../../../dashboard/src/charts/session-data.ts';

const page = (...rows: readonly Row[]) => ({ rows: [...rows], updated_at: rows.map(() => 7) });

const row = (ip: string | null, first: string, last: string, requests: number, is_final = true) =>
  ({
    ip,
    window_start: `2026-11-25T${first}:00.000Z`,
    window_end: '2026-11-25T23:00:00.000Z',
    first_event_time: `2026-11-25T${first}:00.000Z`,
    last_event_time: `2026-11-25T${last}:00.000Z`,
    requests,
    revision: is_final ? 1 : 0,
    late_events: 0,
    is_final,
  }) as Row;

test('a lane for each group, the one with the longest session first; a session ends with its last event', () => {
  const sessions = sessionsOf(
    page(row('a', '10:00', '10:05', 3), row('b', '10:00', '11:00', 9, false), row('a', '12:00', '12:01', 2)),
    ['ip'],
    'requests',
  );
  expect(sessions.lanes.map(({ group, sessions: own }) => [group.ip, own.map(({ value }) => value)])).toEqual([
    ['b', [9]],
    ['a', [3, 2]],
  ]);
  expect(sessions).toMatchObject({ others: 0, open: 1, to: Date.parse('2026-11-25T12:01Z') });
});

test('null and an empty text are two groups', () => {
  expect(
    sessionsOf(page(row(null, '10:00', '10:05', 1), row('', '10:00', '10:05', 1)), ['ip'], 'requests').lanes,
  ).toHaveLength(2);
});

test('groups beyond the lanes are counted, and their open sessions too', () => {
  const rows = Array.from({ length: MOST_LANES + 3 }, (_, i) => row(`ip${i}`, '10:00', '10:05', 1, false));
  expect(sessionsOf(page(...rows), ['ip'], 'requests')).toMatchObject({ others: 3, open: MOST_LANES + 3 });
});

test('a session that was revised has the time of that, and another one has none', () => {
  const revised = { ...row('a', '10:00', '10:05', 1), revision: 2 };
  const { lanes } = sessionsOf(page(revised, row('b', '10:00', '10:05', 1)), ['ip'], 'requests');
  expect(lanes.map(({ sessions }) => sessions.map(({ revisedAt }) => revisedAt))).toEqual([[7], [null]]);
});
