import { stream, Timestamp, Type } from 'streamgauge';

/** Events of a key, for views whose windows are what matters. */
export const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
