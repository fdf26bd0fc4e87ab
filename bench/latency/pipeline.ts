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
  // Requests overtake one another.
  maxLateness: '100 ms',
});

/** What the bench looks at: how many events there are, by the second. */
const seconds = view('seconds', clicks)
  .window(tumbling('1 second'), { allowedLateness: '1 minute' })
  .aggregate(() => ({ events: count() }));

/** What else there is to do: a thousand groups. */
const pages = view('pages', clicks)
  .derive((e) => ({ page: e.page_url.urlPath() }))
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({
    views: count(),
    clicks: count().where(e.action.eq('click')),
    users: approxCountDistinct(e.user_id),
  }));

export default pipeline('latency', [seconds, pages]);
