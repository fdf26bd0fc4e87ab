import { count, max, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const at = Timestamp('epoch-s');
const actor = Type.Object({ login: Type.String(), id: Type.Optional(Type.Integer()) });

const events = stream('events', {
  schema: Type.Union([
    Type.Object({
      type: Type.Literal('push'),
      actor,
      payload: Type.Object({ size: Type.Integer(), ref: Type.String() }),
      id: Type.String(),
      at,
    }),
    Type.Object({
      type: Type.Literal('issue'),
      actor,
      payload: Type.Object({ action: Type.String(), size: Type.Optional(Type.Integer()) }),
      id: Type.Number(),
      at,
    }),
    Type.Object({
      type: Type.Literal('note'),
      actor: Type.Optional(Type.Object({ login: Type.String() })),
      payload: Type.Union([Type.String(), Type.Object({ text: Type.String() })]),
      id: Type.String(),
      at,
      weight: Type.Optional(Type.Integer()),
    }),
  ]),
  eventTime: 'at',
  partitionKey: 'type',
  maxLateness: '10 minutes',
});

const rows = view('rows', events)
  .window(tumbling('1 minute'))
  .groupBy('type')
  .aggregate((e) => ({
    events: count(),
    login: max(e.actor.login),
    actors: count(e.actor.id),
    pushed: sum(e.payload.numberAt('size')),
    text: max(e.payload.asText().coalesce(e.payload.textAt('text'))),
    ids: sum(e.id.asNumber()),
    named: count(e.id.asText()),
  }));

export default pipeline('golden', [rows]);
