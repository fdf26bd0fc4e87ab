import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Group, Millis, Nullable, Severity } from './common.ts';

/** `GET /api/alerts`: incidents, the worst first. `POST /api/alerts/{id}/acknowledgement` and `DELETE` of it. */
export const IncidentsQuery = Type.Object({
  state: Type.Optional(
    Type.Union([Type.Literal('open'), Type.Literal('acknowledged'), Type.Literal('resolved'), Type.Literal('all')], {
      default: 'all',
    }),
  ),
  severity: Type.Optional(Severity),
  view: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});

/** One transition of an incident, as it was announced. There are those that the outbox still holds. */
export const Transition = Type.Object({
  sequence: Type.Integer(),
  /** In event time: the end of the window that shows it. */
  at: Millis,
  kind: Type.String({ description: 'opened, escalated, resolved, withdrawn, superseded …' }),
  window_start: Nullable(Millis),
  reason: Type.String(),
});

export const Incident = Type.Object({
  id: Type.String(),
  view: Type.String(),
  alert: Type.String(),
  severity: Severity,
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('acknowledged'),
    Type.Literal('resolved'),
    Type.Literal('withdrawn'),
    Type.Literal('superseded'),
  ]),
  group: Group,
  /** Of a storm: how many groups, and the worst ten. */
  groups: Type.Integer(),
  worst: Type.Array(
    Type.Object({
      group: Group,
      reason: Type.String(),
      /** Where a detector opened it: what it found, and what it expected. */
      value: Type.Optional(Nullable(Type.Number())),
      lower: Type.Optional(Nullable(Type.Number())),
      upper: Type.Optional(Nullable(Type.Number())),
      score: Type.Optional(Nullable(Type.Number())),
      /** When this group's own incident was over; null while it is on. */
      until: Type.Optional(Nullable(Millis)),
    }),
  ),
  /** What a storm's groups have in common, in words: their stream was silent, all are of one shard. */
  cause: Type.Optional(Type.String()),
  from: Millis,
  until: Nullable(Millis),
  reason: Type.String(),
  acknowledgement: Nullable(Type.Object({ at: Millis, by: Type.String(), note: Type.String() })),
  transitions: Type.Array(Transition),
  rule: Type.String(),
});
export type Incident = Static<typeof Incident>;

export const IncidentsAnswer = Type.Object({
  open: Type.Integer(),
  acknowledged: Type.Integer(),
  resolved: Type.Integer(),
  incidents: Type.Array(Incident),
});
export type IncidentsAnswer = Static<typeof IncidentsAnswer>;

/** `POST /api/alerts/{id}/acknowledgement`: who has seen it. It goes when the incident is over. */
export const Acknowledgement = Type.Object({
  by: Type.String({ minLength: 1, maxLength: 200 }),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
});

/** `GET /api/silences`: what is not sent for a while. Incidents open and end under it as always. */
export const Silence = Type.Object({
  name: Type.String(),
  from: Millis,
  to: Millis,
  /** Null where it is for all of them. */
  view: Nullable(Type.String()),
  alert: Nullable(Type.String()),
  group: Type.Record(Type.String(), Type.String()),
});
export type Silence = Static<typeof Silence>;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `POST /api/silences`: of all alerts, unless it names what it is of. */
export const SilenceRequest = Type.Object({
  for_ms: Type.Integer({
    minimum: MINUTE_MS,
    maximum: 366 * DAY_MS,
    description: 'How long from now on: a minute to a year.',
  }),
  view: Type.Optional(Type.String({ maxLength: 200 })),
  alert: Type.Optional(Type.String({ maxLength: 200 })),
  group: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 4096 }), {
      maxProperties: 32,
      description: 'Of the groups whose fields have these texts. It needs a view.',
    }),
  ),
});
export type SilenceRequest = Static<typeof SilenceRequest>;

export const SilencesAnswer = Type.Object({ silences: Type.Array(Silence) });
export type SilencesAnswer = Static<typeof SilencesAnswer>;
