import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Nullable, Severity } from './common.ts';

/** `GET /api/pipeline`: what the definition says. The page draws itself from it. */

const Kind = Type.Enum(['number', 'integer', 'string', 'boolean', 'instant', 'any', 'object']);

const Leaf = Type.Object({ name: Type.String(), type: Kind, nullable: Type.Boolean() });

export const Column = Type.Object({
  name: Type.String(),
  type: Kind,
  nullable: Type.Boolean(),
  role: Type.Union([Type.Literal('window'), Type.Literal('group'), Type.Literal('aggregate'), Type.Literal('derived')]),
  /** The aggregate or row operator that makes it: `count`, `quantile`, `anomaly`, `forecast`; null of an expression. */
  made_by: Nullable(Type.String()),
  /** How values of several rows become one: null where nothing can be said of several rows. */
  combine: Nullable(
    Type.Union([Type.Literal('sum'), Type.Literal('min'), Type.Literal('max'), Type.Literal('recompute')]),
  ),
  unit: Nullable(Type.Union([Type.Literal('count'), Type.Literal('ratio'), Type.Literal('bytes'), Type.Literal('ms')])),
  /** The columns whose values it is of, such as the one that a detector watches. */
  of: Type.Array(Type.String()),
  /** Of an object: its members, such as `score` and `reason` of a detector. */
  fields: Type.Optional(Type.Array(Leaf)),
  words: Type.String({ description: 'As a person writes it: count() where status ≥ 400.' }),
});
export type Column = Static<typeof Column>;

const AlertRule = Type.Object({
  name: Type.String(),
  severity: Severity,
  words: Type.String(),
  channels: Type.Array(Type.String()),
});

const SourceReference = Type.Object({ kind: Type.String(), name: Type.String() });

export const StreamDescription = Type.Object({
  name: Type.String(),
  /** How events are written: `json`, `csv` and so on. */
  format: Type.String(),
  event_time: Type.String(),
  /** Where an event that lacks it has its time, in turn: fields, and `arrival`. */
  event_time_else: Type.Array(Type.String()),
  partition_key: Type.String(),
  event_id: Nullable(Type.String()),
  max_lateness_ms: Type.Integer(),
  idle_timeout_ms: Type.Integer(),
  fields: Type.Array(Leaf),
  /** An event that the schema accepts, with the time of now, as JSON. */
  example: Type.Record(Type.String(), Type.Unknown()),
});
export type StreamDescription = Static<typeof StreamDescription>;

export const ViewDescription = Type.Object({
  name: Type.String(),
  source: Type.Array(SourceReference),
  /** All streams whose watermarks close its windows. */
  streams: Type.Array(Type.String()),
  /** `{kind: 'tumbling', size_ms}`, `{kind: 'sliding', size_ms, slide_ms}`, `{kind: 'calendar', unit, time_zone}`, `{kind: 'session', gap_ms}`, `{kind: 'global', emit_every_ms}`, `{kind: 'rows', pane_ms}`. */
  window: Type.Object({ kind: Type.String() }, { additionalProperties: true }),
  /** `tumbling 5 min by path`. */
  words: Type.String(),
  group_by: Type.Array(Type.String()),
  /** Of a view whose rows are matches of a pattern: which, and the column that says why in words, where it has one. */
  pattern: Type.Optional(Type.Object({ name: Type.String(), reason: Nullable(Type.String()) })),
  columns: Type.Array(Column),
  allowed_lateness_ms: Type.Integer(),
  emit: Type.String(),
  empty_windows: Type.String(),
  keep_rows_ms: Nullable(Type.Integer()),
  alerts: Type.Array(AlertRule),
});
export type ViewDescription = Static<typeof ViewDescription>;

/** `GET /api/views` */
export const ViewsAnswer = Type.Object({ views: Type.Array(ViewDescription) });

export const PipelineDescription = Type.Object({
  name: Type.String(),
  /** `local` on one machine, `aws` in a deployed stack. */
  runs_on: Type.Union([Type.Literal('local'), Type.Literal('aws')]),
  /** Changes with the page's own files: an open page of another build offers to reload. */
  build: Type.String(),
  streams: Type.Array(StreamDescription),
  views: Type.Array(ViewDescription),
  /** What a caller may do beside reading. */
  allowed: Type.Object({ acknowledge: Type.Boolean(), redrive: Type.Boolean(), send: Type.Boolean() }),
});
export type PipelineDescription = Static<typeof PipelineDescription>;

/** `GET /api/views/{view}/sql`: the same rows in batch. */
export const SqlText = Type.Object({ view: Type.String(), dialect: Type.String(), sql: Type.String() });
export const SqlQuery = Type.Object({
  dialect: Type.Union([Type.Literal('duckdb'), Type.Literal('athena')], { default: 'duckdb' }),
});
export type SqlText = Static<typeof SqlText>;
