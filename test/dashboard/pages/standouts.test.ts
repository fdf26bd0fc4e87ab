import type { PipelineDescription } from '../../../api/schemas/pipeline.ts';
import type { TopAnswer } from '../../../api/schemas/rows.ts';
import { silenceOf } from '../../../dashboard/src/pages/alerts/silence-request.ts';
import { breakdownsOf, standoutsOf } from '../../../dashboard/src/pages/alerts/standouts.ts';
import { incidentsAnswer, PIPELINE } from '../../support/page-fixture.ts';

const top = (values: Readonly<Record<string, number>>, others = 0): TopAnswer => ({
  view: 'statuses',
  by: 'requests',
  from: 0,
  to: 1,
  groups: Object.entries(values).map(([status, requests]) => ({ group: { status }, columns: { requests } })),
  others: { groups: 1, value: others },
  rows_read: 0,
  left_out: [],
  cut: false,
});

describe('groups that stand out', () => {
  test('are those whose share rose, the most risen first', () => {
    const now = top({ 200: 60, 404: 30, 500: 5, 301: 3 }, 2);
    const past = top({ 200: 900, 404: 20, 301: 60 }, 20);
    expect(standoutsOf(now, past, 'requests')).toEqual([
      { group: { status: '404' }, share: 0.3, before: 0.02 },
      { group: { status: '500' }, share: 0.05, before: 0 },
    ]);
  });

  test('are none where shares are as before, and where nothing was', () => {
    expect(standoutsOf(top({ 200: 10 }), top({ 200: 1000 }), 'requests')).toEqual([]);
    expect(standoutsOf(top({}), top({}), 'requests')).toEqual([]);
  });

  test('are of at most two views of the same events that have groups and a sum', () => {
    const [traffic] = PIPELINE.views as [PipelineDescription['views'][number]];
    const found = breakdownsOf(traffic, 'requests', PIPELINE.views);
    expect(found.map(({ view, column }) => `${view.name}.${column.name}`)).toEqual([
      'statuses_5min.requests',
      'paths_5min.requests',
    ]);
    expect(breakdownsOf({ ...traffic, streams: ['others'] }, 'requests', PIPELINE.views)).toEqual([]);
  });
});

test('a silence is of the group of an incident, of a storm or of a null of the alert whole', () => {
  const [first, ...rest] = incidentsAnswer(new Map()).incidents;
  const ofOne = rest.find(({ group }) => typeof group.path === 'string' && group.path !== '');
  const ofNull = rest.find(({ group }) => group.path === null);
  const entry = (lead: NonNullable<typeof first>, groups = 1) => ({ lead, ids: [lead.id], groups, worst: [] });
  expect(silenceOf(entry(first as NonNullable<typeof first>), 1)).toEqual({
    for_ms: 1,
    view: 'traffic_5min',
    alert: 'error_burst',
  });
  const alert = { for_ms: 1, view: 'paths_5min', alert: 'path_went_quiet' };
  expect(silenceOf(entry(ofOne as NonNullable<typeof first>), 1)).toEqual({ ...alert, group: { path: '/' } });
  expect(silenceOf(entry(ofOne as NonNullable<typeof first>, 12), 1)).toEqual(alert);
  expect(silenceOf(entry(ofNull as NonNullable<typeof first>), 1)).toEqual(alert);
});
