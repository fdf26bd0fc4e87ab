import {
  calendar,
  changeOver,
  count,
  mean,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  terminal,
  threshold,
  view,
  zScore,
} from 'streamgauge';
import { announcedBy } from '../../support/announced.ts';
import { SmallWorld } from '../../support/small-world.ts';

const visits = stream('visits', {
  schema: Type.Object({ shop: Type.String(), n: Type.Integer(), at: Timestamp('iso8601') }),
  eventTime: 'at',
  partitionKey: 'shop',
  maxLateness: '0 ms',
});
const NEW_YORK = { timeZone: 'America/New_York' } as const;
const visit = (day: string, n = 1, shop = 'a') => ({ shop, n, at: `${day}T17:00:00Z` });

test('empty days follow one another by local time, also where a day has 23 or 25 hours', async () => {
  const daily = view('daily', visits)
    .window(calendar('day', NEW_YORK), { emptyWindows: 'zero', keepGroupsFor: 3, allowedLateness: '2 days' })
    .groupBy('shop')
    .aggregate((e) => ({ n: sum(e.n) }))
    .derive((row) => ({ change: changeOver(row.n, { windows: 2 }), usual: mean(row.n).over({ windows: 2 }) }));
  const rows = async (...days: readonly string[]) => {
    const world = new SmallWorld(pipeline('p', [daily]));
    await world.take(days.map((day) => visit(day, 4)));
    await world.end();
    return (await world.rows('daily')).map((row) => [
      String(row.window_start).slice(5, 16),
      row.n,
      (row.change as { from: number | null }).from,
      row.usual,
    ]);
  };
  // March 10 has 23 hours: from 5:00 to 4:00 UTC.
  expect(await rows('2019-03-08', '2019-03-14')).toEqual([
    ['03-08T05:00', 4, null, 4],
    ['03-09T05:00', 0, null, 2],
    ['03-10T05:00', 0, 4, 0],
    ['03-11T04:00', 0, 0, 0],
    // None on March 12 and 13: three empty days are kept.
    ['03-14T04:00', 4, null, 2],
    ['03-15T04:00', 0, null, 2],
    ['03-16T04:00', 0, 4, 0],
    ['03-17T04:00', 0, 0, 0],
  ]);
  // November 3 has 25 hours: from 4:00 to 5:00 UTC.
  expect((await rows('2019-11-01', '2019-11-04')).map(([start, n]) => [start, n])).toEqual([
    ['11-01T04:00', 4],
    ['11-02T04:00', 0],
    ['11-03T04:00', 0],
    ['11-04T05:00', 4],
    ['11-05T05:00', 0],
    ['11-06T05:00', 0],
    ['11-07T05:00', 0],
  ]);
});

test('a late event fills an empty day, and the days after it see that', async () => {
  const daily = view('daily', visits)
    .window(calendar('day', NEW_YORK), { emptyWindows: 'zero', keepGroupsFor: 2, allowedLateness: '9 days' })
    .groupBy('shop')
    .aggregate((e) => ({ n: sum(e.n) }))
    .derive((row) => ({ change: changeOver(row.n, { windows: 1 }) }));
  const world = new SmallWorld(pipeline('p', [daily]));
  await world.take([visit('2019-03-09', 4), visit('2019-03-15', 1, 'b')]);
  await world.finalizeAll();
  await world.take([visit('2019-03-10', 6)]);
  await world.end();
  const ofA = (await world.rows('daily')).filter(({ shop }) => shop === 'a');
  expect(ofA.map((row) => [String(row.window_start).slice(5, 16), row.n, row.revision])).toEqual([
    ['03-09T05:00', 4, 1],
    ['03-10T05:00', 6, 2],
    ['03-11T04:00', 0, 2],
    ['03-12T04:00', 0, 1],
  ]);
  expect(ofA[2]).toMatchObject({ change: { from: 6 } });
});

test('detectors and thresholds go from month to month, whatever the months are long', async () => {
  const monthly = view('monthly', visits)
    .window(calendar('month', { timeZone: 'Europe/London' }))
    .aggregate((e) => ({ n: sum(e.n) }))
    .derive((row) => ({
      odd: zScore(row.n, { span: '120 days', threshold: 3 }),
      state: threshold(row.n, { many: { upper: 50 } }, { forWindows: 2 }),
    }));
  const world = new SmallWorld(pipeline('p', [monthly]));
  const months = [10, 11, 10, 11, 10, 60, 61, 62];
  await world.take(months.map((n, month) => visit(`2019-${String(month + 1).padStart(2, '0')}-15`, n)));
  await world.end();
  const rows = await world.rows('monthly');
  expect(rows.map(({ odd, state }) => [(odd as { is_anomaly: boolean }).is_anomaly, state])).toEqual([
    [false, 'normal'],
    [false, 'normal'],
    [false, 'normal'],
    [false, 'normal'],
    [false, 'normal'],
    [true, 'normal'],
    [false, 'many_exceeded'],
    [false, 'many_exceeded'],
  ]);
  expect(rows[5]).toMatchObject({ odd: { expected: 10.5 } });
});

test('weeks of a view of days are those of its own calendar', async () => {
  const daily = view('daily', visits)
    .window(calendar('day', NEW_YORK), { emptyWindows: 'zero', keepGroupsFor: 30 })
    .groupBy('shop')
    .aggregate((e) => ({ n: sum(e.n) }));
  const weekly = view('weekly', daily)
    .window(calendar('week', { ...NEW_YORK, weekStart: 'sunday' }), { emptyWindows: 'zero', keepGroupsFor: 1 })
    .groupBy('shop')
    .aggregate((row) => ({ days: count(), n: sum(row.n) }));
  const world = new SmallWorld(pipeline('p', [daily, weekly]));
  await world.take([visit('2019-03-05'), visit('2019-03-20')]);
  await world.end();
  expect(
    (await world.rows('weekly')).slice(0, 4).map((row) => [String(row.window_start).slice(5, 16), row.days, row.n]),
  ).toEqual([
    ['03-03T05:00', 5, 1],
    ['03-10T05:00', 7, 0],
    ['03-17T04:00', 7, 1],
    ['03-24T04:00', 7, 0],
  ]);
});

test('an alert for two days in a row goes over a day of 23 hours, and ends after a day without', async () => {
  const daily = view('daily', visits)
    .window(calendar('day', NEW_YORK))
    .aggregate((e) => ({ n: sum(e.n) }))
    .alert('many', { when: (row) => row.n.gte(5), for: 2, cooldown: '1 day', severity: 'warning', to: [terminal()] });
  const world = new SmallWorld(pipeline('p', [daily]));
  // March 9 and 10; one day of quiet is within the cooldown, two are not.
  const days = ['2019-03-09', '2019-03-10', '2019-03-12', '2019-03-15', '2019-03-17'];
  await world.take(days.map((day) => visit(day, 5)));
  await world.end();
  const told = (await announcedBy(world.view('daily'), world.stores)).map((message) => [
    message.kind,
    message.window_start.slice(5, 16),
  ]);
  expect(told).toEqual([
    ['opened', '03-10T05:00'],
    ['resolved', '03-14T04:00'],
  ]);
});
