import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({ id: Type.String(), at: Timestamp('iso8601') }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '1 minute',
});

/** How often each event was counted. */
const byId = view('by_id', events)
  .window(tumbling('1 day'))
  .groupBy('id')
  .aggregate(() => ({ times: count() }));

export default pipeline('acknowledged', [byId]);
