import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Millis, Nullable } from './common.ts';

/** `GET /api/events/{kind}`: what was not counted, with the bytes as they came. */
export const SideOutputKind = Type.Union([Type.Literal('dead'), Type.Literal('late'), Type.Literal('discarded')]);

export const SideOutputsQuery = Type.Object({
  stream: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  view: Type.Optional(Type.String()),
  /** A window's start, of late events. */
  window: Type.Optional(Type.String({ format: 'date-time' })),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(Type.String()),
});

export const SideOutput = Type.Object({
  id: Type.String(),
  stream: Type.String(),
  shard: Type.String(),
  position: Type.String(),
  arrived: Nullable(Millis),
  event_time: Nullable(Millis),
  reason: Type.String(),
  detail: Type.String(),
  bytes: Type.Integer(),
  /** Views that it was late for. */
  views: Type.Array(Type.String()),
  redriven: Type.Boolean(),
});
export type SideOutput = Static<typeof SideOutput>;

export const SideOutputsPage = Type.Object({
  kind: SideOutputKind,
  items: Type.Array(SideOutput),
  cursor: Nullable(Type.String()),
  /** On the first page of dead letters: how many there are by reason, whatever else was asked for but the stream. */
  by_reason: Type.Optional(Type.Record(Type.String(), Type.Integer())),
});
export type SideOutputsPage = Static<typeof SideOutputsPage>;

/** `GET /api/events/{kind}/{id}`: base64 of at most 64 KiB. */
export const SideOutputDetail = Type.Object({
  item: SideOutput,
  raw: Type.String({ description: 'Base64.' }),
  truncated: Type.Boolean(),
  /** Where in the bytes the fault is, if that is known. */
  at_byte: Nullable(Type.Integer()),
});
export type SideOutputDetail = Static<typeof SideOutputDetail>;

/** `POST /api/events/dead/redrive`. With `dry_run` nothing is sent: always ask that first. */
export const RedriveRequest = Type.Object({
  ids: Type.Array(Type.String({ maxLength: 1000 }), { minItems: 1, maxItems: 100 }),
  dry_run: Type.Boolean({ default: true }),
  late: Type.Optional(
    Type.Boolean({
      description:
        'Needed for late events: views that had them in time count them twice, unless the stream has dedupe.',
    }),
  ),
  /** Who does it: kept in the note. */
  by: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

const RedriveFailure = Type.Object({ id: Type.String(), reason: Type.String(), detail: Type.String() });

export const RedriveAnswer = Type.Object({
  /** Records that were put back: those of a batch each by itself. */
  sent: Type.Integer(),
  /** Events, by the present definition and watermark. Those that came twice are not told apart. */
  would_count: Type.Integer(),
  /** Letters that would come back as dead letters at once: these are never sent. */
  would_fail: Type.Array(RedriveFailure),
  /** Events that are too late for all of their windows by now. */
  would_be_late: Type.Integer(),
  /** Letters that somebody put back before. */
  redriven_before: Type.Integer(),
  /** Letters that were to be sent and were not, or of which nobody knows (`unknown`). */
  failed: Type.Array(RedriveFailure),
});
export type RedriveAnswer = Static<typeof RedriveAnswer>;
