import { type Static, Type } from 'typebox';
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
  ids: Type.Array(Type.String(), { minItems: 1, maxItems: 500 }),
  dry_run: Type.Boolean({ default: true }),
});
export const RedriveAnswer = Type.Object({
  sent: Type.Integer(),
  would_count: Type.Integer(),
  would_fail: Type.Array(Type.Object({ id: Type.String(), reason: Type.String(), detail: Type.String() })),
  would_be_late: Type.Integer(),
  redriven_before: Type.Integer(),
});
export type RedriveAnswer = Static<typeof RedriveAnswer>;
