import { approxCountDistinct, count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const clicks = stream('clicks', {
  // An event that does not fit the schema becomes a dead letter, with the reason. Nothing stops.
  schema: Type.Object({
    event_id: Type.String(),
    user_id: Type.String(),
    page_url: Type.String(),
    action: Type.Enum(['view', 'click']),
    time: Timestamp('iso8601'),
  }),
  // Windows go by when an event happened, not by when it is read.
  eventTime: 'time',
  partitionKey: 'user_id',
  // How far behind the latest event one may be and still be on time.
  maxLateness: '1 minute',
  idleTimeout: '1 minute',
  // A producer may send an event twice: it counts once.
  eventId: 'event_id',
  dedupe: { within: '1 hour' },
});

const pageViews = view('page_views_5min', clicks)
  .derive((e) => ({ page: e.page_url.urlPath() }))
  // A later event still counts for an hour: its row is replaced by the next revision.
  .window(tumbling('5 minutes'), { allowedLateness: '1 hour', lateEvents: 'sideOutput' })
  .groupBy('page')
  .aggregate((e) => ({
    views: count().where(e.action.eq('view')),
    clicks: count().where(e.action.eq('click')),
    users: approxCountDistinct(e.user_id),
  }))
  .derive((row) => ({ click_through_rate: row.clicks.div(row.views) }));

export default pipeline('clickstream', [pageViews]);
