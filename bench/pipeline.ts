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
  partitionKey: 'user_id',
  maxLateness: '10 seconds',
});

const pages = view('pages_5min', clicks)
  .derive((e) => ({ page: e.page_url.urlPath() }))
  .window(tumbling('5 minutes'))
  .groupBy('page')
  .aggregate((e) => ({
    views: count(),
    clicks: count().where(e.action.eq('click')),
    users: approxCountDistinct(e.user_id),
  }));

export default pipeline('bench', [pages]);
