import type { Row } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import {
  type Match,
  matchesIn,
  matchesOf,
  matchLines,
  matchViews,
  matchWords,
} from '../../../dashboard/src/charts/matches.ts';

const column = (name: string, more: Partial<Column>) => ({ name, type: 'string', made_by: null, ...more }) as Column;

function view(name: string, more: Partial<ViewDescription> = {}): ViewDescription {
  return {
    name,
    streams: ['logins'],
    window: { kind: 'tumbling' },
    columns: [],
    group_by: [],
    ...more,
  } as unknown as ViewDescription;
}

const single = view('break_ins', {
  window: { kind: 'rows' },
  pattern: { name: 'broken_in', reason: 'why' },
  columns: [column('row_id', { role: 'group' }), column('ip', { role: 'derived' }), column('why', { role: 'derived' })],
});
const counted = view('break_ins_1h', {
  pattern: { name: 'broken_in', reason: null },
  columns: [
    column('user', { role: 'group' }),
    column('times', { role: 'aggregate', made_by: 'count', type: 'integer' }),
  ],
});

const row = (values: Record<string, unknown>) => ({ revision: 1, late_events: 0, is_final: true, ...values }) as Row;
const HOUR = 3_600_000;
const window = (hour: number) => ({
  window_start: new Date(hour * HOUR).toISOString(),
  window_end: new Date((hour + 1) * HOUR).toISOString(),
});

describe('views of matches', () => {
  test('are those of the same streams, one of each pattern: the one that has each match by itself', () => {
    const views = [
      view('per_user'),
      counted,
      single,
      view('elsewhere', { streams: ['orders'], pattern: { name: 'p', reason: null } }),
    ];
    expect(matchViews(view('per_user'), views)).toEqual([single]);
    expect(matchViews(view('per_user'), [counted])).toEqual([counted]);
  });

  test('are none for the rows of that pattern', () => {
    expect(matchViews(counted, [counted, single])).toEqual([]);
  });
});

describe('matches', () => {
  test('by themselves have their moment, their reason and what was chosen of them', () => {
    const [match] = matchesOf(single, [
      row({ event_time: '1970-01-01T00:00:07.000Z', row_id: 'x-1', ip: '', why: '5 × failure, then success' }),
    ]);
    expect(match).toMatchObject({ pattern: 'broken_in', from: 7000, to: 7000, count: 1 });
    expect(match?.words).toBe('5 × failure, then success; ip "" (empty)');
  });

  test('that are counted have the window, and those of nothing are none', () => {
    const found = matchesOf(counted, [
      row({ ...window(1), user: null, times: 3 }),
      row({ ...window(2), user: 'ann', times: 0 }),
    ]);
    expect(found).toMatchObject([{ from: HOUR, to: 2 * HOUR, count: 3, words: '3 times; user null' }]);
  });

  test('of a view without a pattern are none', () => {
    expect(matchesOf(view('v'), [row(window(1))])).toEqual([]);
  });

  test('of the groups of a chart: a row that does not say whose it is may be of any', () => {
    const found = matchesOf(counted, [
      row({ ...window(1), user: 'ann', times: 1 }),
      row({ ...window(2), user: 'bob', times: 1 }),
    ]);
    expect(matchesIn(found, [])).toEqual(found);
    expect(matchesIn(found, [{ user: 'bob' }])).toEqual(found.slice(1));
    expect(matchesIn(found, [{ page: '/' }])).toEqual(found);
  });
});

describe('words', () => {
  const at = (from: number, count = 1): Match => ({ pattern: 'p', from, to: from, count, words: `n${from}`, row: {} });

  test('each match is told at one point, and many of them by their number', () => {
    const matches = [at(0), at(5), at(9), at(10)];
    expect(matchLines(matches, 0, 5)).toEqual([{ name: 'p: n0' }]);
    expect(matchLines(matches, 5, 10)).toEqual([{ name: 'p: n5' }, { name: 'p: n9' }]);
    expect(
      matchLines(
        [1, 2, 3, 4, 5].map((ms) => at(ms)),
        0,
        9,
      ).at(-1),
    ).toEqual({ name: 'and 2 more matches' });
    expect(matchLines(matches, 20, 30)).toEqual([]);
  });

  test('how many of which pattern', () => {
    expect(matchWords([at(1), { ...at(2), pattern: 'q' }, at(3, 4)])).toBe('5 matches of p, 1 match of q');
  });
});
