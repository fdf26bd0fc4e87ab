import { stream, Timestamp, Type } from 'streamgauge';

/** Events with a group that can be null, and with fields named like what statements have for themselves. */
export const hits = stream('hits', {
  schema: Type.Object({
    user: Type.Optional(Type.String()),
    n: Type.Optional(Type.Integer()),
    window_start: Type.Optional(Type.Integer()),
    'window start': Type.Optional(Type.Integer()),
    'Session Number': Type.Optional(Type.Integer()),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '0 ms',
});
