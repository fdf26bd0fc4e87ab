import {
  approxCountDistinct,
  count,
  max,
  session,
  sliding,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';

/** The events of `streamgauge generate clickstream`. Windows are short, so that nobody waits for them to close. */
export const clicks = stream('clicks', {
  schema: Type.Object({
    event_id: Type.String(),
    user_id: Type.String(),
    page_url: Type.String(),
    action: Type.Enum(['view', 'click']),
    referrer: Type.Optional(Type.String()),
    timestamp: Timestamp('iso8601'),
  }),
  eventTime: 'timestamp',
  eventId: 'event_id',
  partitionKey: 'user_id',
  maxLateness: '20 seconds',
  maxFutureSkew: '1 minute',
  // Longer than two deployments take on a busy machine: what comes after them goes on in the windows that were open before.
  idleTimeout: '4 minutes',
  dedupe: { within: '10 minutes' },
});

/** A view in two definitions: the changed one counts users as well. */
export function pagesOf(definition: 'first' | 'changed', version = 1) {
  const pages = view('pages', clicks, { version })
    .derive((e) => ({ page: e.page_url.urlPath() }))
    .window(tumbling('10 seconds'), { lateEvents: 'sideOutput' })
    .groupBy('page');
  if (definition === 'first') {
    return pages
      .aggregate((e) => ({ views: count().where(e.action.eq('view')), clicks: count().where(e.action.eq('click')) }))
      .derive((row) => ({ click_through_rate: row.clicks.div(row.views) }));
  }
  return pages
    .aggregate((e) => ({
      views: count().where(e.action.eq('view')),
      clicks: count().where(e.action.eq('click')),
      users: approxCountDistinct(e.user_id),
    }))
    .derive((row) => ({ click_through_rate: row.clicks.div(row.views) }));
}

export const readers = view('readers', clicks)
  .window(sliding({ size: '30 seconds', slide: '10 seconds' }))
  .aggregate((e) => ({ events: count(), users: approxCountDistinct(e.user_id), last_page: max(e.page_url) }));

export const visits = view('visits', clicks)
  .window(session({ gap: '8 seconds' }))
  .groupBy('user_id')
  .aggregate((e) => ({ events: count(), clicks: count().where(e.action.eq('click')) }));
