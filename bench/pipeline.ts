import {
  anomaly,
  approxCountDistinct,
  changeOver,
  count,
  type Emission,
  global,
  mean,
  pipeline,
  session,
  sliding,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import type { Format } from '../engine/dsl/format.ts';

/** Clicks as they are written in a format. */
export const clicksIn = (format: Format) =>
  stream('clicks', {
    schema: Type.Object({
      event_id: Type.String(),
      user_id: Type.String(),
      page_url: Type.String(),
      action: Type.Enum(['view', 'click']),
      referrer: Type.Optional(Type.String()),
      timestamp: Timestamp('iso8601'),
    }),
    format,
    eventTime: 'timestamp',
    partitionKey: 'user_id',
    maxLateness: '10 seconds',
  });

const clicks = clicksIn('json');

const byPage = (name: string, source = clicks) => view(name, source).derive((e) => ({ page: e.page_url.urlPath() }));

/** The view of the figures: by page, in windows of five minutes. */
export const pagesOf = (source: ReturnType<typeof clicksIn>) =>
  byPage('pages_5min', source)
    .window(tumbling('5 minutes'))
    .groupBy('page')
    .aggregate((e) => ({
      views: count(),
      clicks: count().where(e.action.eq('click')),
      users: approxCountDistinct(e.user_id),
    }));

const pages = pagesOf(clicks);

const minutes = byPage('pages_1min')
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ views: count(), clicks: count().where(e.action.eq('click')) }));

/** Sixty windows at every moment, of panes of one minute. */
const hours = byPage('pages_1h_every_minute')
  .window(sliding({ size: '1 hour', slide: '1 minute' }))
  .groupBy('page')
  .aggregate((e) => ({ views: count(), clicks: count().where(e.action.eq('click')) }));

const sessions = view('sessions', clicks)
  .window(session({ gap: '30 minutes' }))
  .groupBy('user_id')
  .aggregate((e) => ({ events: count(), clicks: count().where(e.action.eq('click')) }));

const fiveMinutes = (name: string, emission: Emission = {}) =>
  byPage(name)
    .window(tumbling('5 minutes'), emission)
    .groupBy('page')
    .aggregate((e) => ({ views: count(), clicks: count().where(e.action.eq('click')) }));

/** A column over the group's last ten rows: its values are carried from window to window. */
const rolling = fiveMinutes('pages_rolling').derive((row) => ({ smooth: mean(row.views).over({ windows: 10 }) }));

const changes = fiveMinutes('pages_changes').derive((row) => ({ change: changeOver(row.views, { windows: 10 }) }));

/** A detector with its usual memory of 8 KB a group. */
const detected = fiveMinutes('pages_anomaly').derive((row) => ({ unusual: anomaly(row.views) }));

const zeroRows = fiveMinutes('pages_zero_rows', { emptyWindows: 'zero' });

const totals = byPage('pages_totals')
  .window(global({ emitEvery: '5 minutes' }))
  .groupBy('page')
  .aggregate((e) => ({ views: count(), clicks: count().where(e.action.eq('click')) }));

/** One pipeline a measurement. */
export const pipelines = {
  pages: pipeline('bench_pages', [pages]),
  minutes: pipeline('bench_minutes', [minutes]),
  hours: pipeline('bench_hours', [hours]),
  rolling: pipeline('bench_rolling', [rolling]),
  changes: pipeline('bench_changes', [changes]),
  anomaly: pipeline('bench_anomaly', [detected]),
  zeroRows: pipeline('bench_zero_rows', [zeroRows]),
  totals: pipeline('bench_totals', [totals]),
  sessions: pipeline('bench_sessions', [sessions]),
};

/** By page, as `pages`, but of windows of another length each, or with another aggregate. */
const viewNumber = (n: number) =>
  byPage(`pages_${n}`)
    .window(tumbling(n % 4 === 3 ? '1 minute' : '5 minutes'))
    .groupBy('page')
    .aggregate((e) => ({
      views: count(),
      clicks: count().where(e.action.eq(n % 2 === 0 ? 'click' : 'view')),
      users: approxCountDistinct(e.user_id),
    }));

const views = (length: number) => Array.from({ length }, (_, n) => viewNumber(n));

/** Of one stream: what the second view and those after it cost. */
export const hotPipelines = {
  '1 view': pipeline('bench_1_view', [pages]),
  '4 views': pipeline('bench_4_views', views(4)),
  '16 views': pipeline('bench_16_views', views(16)),
};
