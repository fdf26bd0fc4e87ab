import type { Incident } from '../../../api/schemas/alerts.ts';
import { layoutChart, niceTop } from '../../../dashboard/src/pages/alerts/chart-layout.ts';
import { groupsOf, sectionsOf } from '../../../dashboard/src/pages/alerts/sections.ts';
import {
  acknowledgedWords,
  ageWords,
  columnOfRule,
  countWords,
  endWords,
} from '../../../dashboard/src/pages/alerts/words.ts';
import { PIPELINE } from '../../support/page-fixture.ts';

const START = Date.parse('2026-11-25T17:30:00Z');
const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  id,
  view: 'paths_5min',
  alert: 'quiet',
  severity: 'warning',
  state: 'open',
  group: { path: id },
  groups: 1,
  worst: [],
  from: START,
  until: null,
  reason: '',
  acknowledgement: null,
  transitions: [],
  rule: '',
  ...more,
});

describe('sections', () => {
  test('are by what is to do, and what late events took back is with what is over', () => {
    const sections = sectionsOf([
      incident('a'),
      incident('b', { state: 'acknowledged' }),
      incident('c', { state: 'resolved' }),
      incident('d', { state: 'withdrawn' }),
      incident('e', { state: 'superseded' }),
    ]);
    const ids = (name: keyof typeof sections) => sections[name].map(({ lead }) => lead.id);
    expect([ids('open'), ids('acknowledged'), ids('resolved')]).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
  });

  test('list a storm once, with its worst ten', () => {
    const storm = Array.from({ length: 1283 }, (_, i) => incident(`p${i}`));
    const { open } = sectionsOf([incident('other', { alert: 'burst', severity: 'critical' }), ...storm]);
    expect(open.map(({ groups, worst }) => [groups, worst.length])).toEqual([
      [1, 0],
      [1283, 10],
    ]);
    expect(groupsOf(open)).toBe(1284);
    expect(open[1]?.ids).toHaveLength(1283);
  });

  test('keep a few groups, and other windows, apart', () => {
    expect(sectionsOf([incident('a'), incident('b'), incident('c')]).open).toHaveLength(3);
    const apart = [0, 1, 2, 3, 4].map((i) => incident(`w${i}`, { from: START + i }));
    expect(sectionsOf(apart).open).toHaveLength(5);
  });

  test('take a storm that the API has already made one', () => {
    const worst = [{ group: { path: '/' }, reason: '' }];
    expect(sectionsOf([incident('s', { groups: 1283, worst })]).open).toMatchObject([{ groups: 1283, worst }]);
  });
});

describe('words', () => {
  test('count', () => {
    expect(countWords({ open: 2, acknowledged: 1, resolved: 14 })).toBe('2 open, 1 acknowledged, 14 resolved');
  });

  test('tell how long it is open, or lasted', () => {
    expect(ageWords(incident('a'), START + 3_660_000)).toBe('open 1 h 1 min');
    expect(ageWords(incident('a', { state: 'resolved', until: START + 240_000 }), START * 2)).toBe('lasted 4 min');
    expect(ageWords(incident('a'), START - 5)).toBe('open 0 s');
  });

  test('tell who looks after it and how it ended', () => {
    expect(acknowledgedWords({ at: START, by: 'ana', note: 'new banner' }, 'UTC')).toBe('by ana, 17:30: new banner');
    expect(acknowledgedWords({ at: START, by: 'ana', note: '' }, 'UTC')).toBe('by ana, 17:30');
    expect(endWords({ state: 'withdrawn', until: START }, 'UTC')).toBe('taken back by late events 17:30');
    expect(endWords({ state: 'resolved', until: null }, 'UTC')).toBe('resolved by itself');
    expect(endWords({ state: 'resolved', until: 36_000_000 }, 'UTC')).toBe('resolved by itself, over since 10:00');
  });

  test('find the column that a rule looks at, through its detector too', () => {
    const [traffic] = PIPELINE.views;
    if (traffic === undefined) throw new Error('The fixture has no view.');
    expect(columnOfRule(traffic, 'where unusual.is_anomaly')?.name).toBe('requests');
    expect(columnOfRule(traffic, 'where bytes > 100')?.name).toBe('bytes');
    expect(columnOfRule(traffic, 'where megabytes > 100')?.name).toBe('requests');
  });
});

describe('the chart of an incident', () => {
  const MINUTE = 60_000;
  const point = (start: number, value: number | null, isFinal = true) => ({
    start,
    end: start + MINUTE,
    value,
    isFinal,
    revision: 1,
    revisedAt: null,
    expected: null,
    lower: null,
    upper: null,
    anomaly: null,
  });

  test('is no line across windows that are missing or open', () => {
    const points = [point(0, 1), point(MINUTE, 2), point(4 * MINUTE, 3), point(5 * MINUTE, 4, false)];
    const { path, placed } = layoutChart(
      { points, gaps: [], forecast: [], pointsInAll: 4, ranges: [] },
      0,
      10 * MINUTE,
      MINUTE,
    );
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(1);
    expect(placed).toHaveLength(4);
  });

  test('leaves out what is not within the hour before and after', () => {
    const points = [point(-MINUTE, 1000), point(0, 1), point(10 * MINUTE, 1000)];
    const layout = layoutChart({ points, gaps: [], forecast: [], pointsInAll: 3, ranges: [] }, 0, 10 * MINUTE, MINUTE);
    expect(layout.placed).toHaveLength(1);
    expect(layout.ticks.at(-1)?.value).toBeCloseTo(1.2);
  });

  test.each([
    [0, 3],
    [1, 1.2],
    [0.131, 0.15],
    [15_974, 18_000],
    [99, 120],
    [130, 150],
  ])('ends the axis of %d at %d', (most, top) => expect(niceTop(most)).toBeCloseTo(top));
});
