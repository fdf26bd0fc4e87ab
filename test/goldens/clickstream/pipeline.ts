import { count, countDistinct, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    user: Type.String(),
    page: Type.String(),
    action: Type.Enum(['view', 'click']),
    time: Timestamp('iso8601'),
  }),
  eventTime: 'time',
  partitionKey: 'user',
  maxLateness: '1 hour',
});

const rows = view('rows', events)
  .derive((e) => ({ path: e.page.urlPath() }))
  .window(tumbling('5 minutes'))
  .groupBy('path')
  .aggregate((e) => ({
    views: count().where(e.action.eq('view')),
    clicks: count().where(e.action.eq('click')),
    users: countDistinct(e.user),
  }))
  .derive((row) => ({ rate: row.clicks.div(row.views) }));

export default pipeline('golden', [rows]);
