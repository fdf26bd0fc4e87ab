import { approxCountDistinct, count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const clicks = stream('clicks', {
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
  maxLateness: '1 minute',
  maxFutureSkew: '5 minutes',
  idleTimeout: '1 minute',
});

const pageViews = view('page_views_5min', clicks)
  .derive((e) => ({ page: e.page_url.urlPath() }))
  .window(tumbling('5 minutes'), { allowedLateness: '1 hour', lateEvents: 'sideOutput' })
  .groupBy('page')
  .aggregate((e) => ({
    views: count().where(e.action.eq('view')),
    clicks: count().where(e.action.eq('click')),
    unique_users: approxCountDistinct(e.user_id),
  }))
  .derive((row) => ({ click_through_rate: row.clicks.div(row.views) }));

export default pipeline('clickstream', [pageViews]);
