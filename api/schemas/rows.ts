import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Group, Millis, Nullable, Row } from './common.ts';

/** Questions about the rows of one view. Group fields are parameters of their own names; `is_null=FIELD` asks for null. */

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/** A date alone is its midnight. */
const Time = Type.String({
  maxLength: 40,
  description: 'An ISO-8601 time, or a date. Window starts from `from` on and before `to`.',
});
export const RANGE = {
  from: Type.Optional(Time),
  to: Type.Optional(Time),
};
const Limit = Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT });

/** `GET /api/views/{view}/windows`: rows by window start, then group. */
export const WindowsQuery = Type.Object({
  ...RANGE,
  limit: Type.Optional(Limit),
  cursor: Type.Optional(Type.String()),
  order: Type.Optional(Type.Union([Type.Literal('oldest'), Type.Literal('latest')], { default: 'oldest' })),
  open: Type.Optional(Type.Boolean({ default: false, description: 'Also the rows of open windows, as they stand.' })),
  format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv'), Type.Literal('jsonl')])),
});
const UpdatedAt = (description: string) => Type.Union([Millis, Type.Null()], { description });
export const WindowsPage = Type.Object({
  view: Type.String(),
  rows: Type.Array(Row),
  /** Beside the rows and not in them: what a row says depends on its events alone. */
  updated_at: Type.Array(
    UpdatedAt('When the row at the same place in `rows` was stored as it stands; null of an open row.'),
  ),
  cursor: Nullable(Type.String()),
});
export type WindowsPage = Static<typeof WindowsPage>;

/** `GET /api/views/{view}/latest` takes the fields of its group alone. */
export const LatestQuery = Type.Object({});
/** `GET /api/views/{view}/latest`: one group's last stored row: its features of now. Rows are stored as windows close, or as `emitEvery` says. */
export const LatestAnswer = Type.Object({
  view: Type.String(),
  row: Nullable(Row),
  updated_at: UpdatedAt('When the row was stored as it stands; null where there is none.'),
});
export type LatestAnswer = Static<typeof LatestAnswer>;

/** `GET /api/views/{view}/top`: groups by a column over a range. */
export const TopQuery = Type.Object({
  ...RANGE,
  by: Type.String(),
  n: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  compare: Type.Optional(Type.Literal('previous')),
  /** `change`: in place of the largest those that changed most against the period before, for which it needs `from`. */
  sort: Type.Optional(Type.Union([Type.Literal('value'), Type.Literal('change')], { default: 'value' })),
  /** Points of a small line beside each group. */
  spark: Type.Optional(Type.Integer({ minimum: 2, maximum: 60 })),
});
export const TopAnswer = Type.Object({
  view: Type.String(),
  by: Type.String(),
  from: Millis,
  to: Millis,
  groups: Type.Array(
    Type.Object({
      group: Group,
      /** The columns of the range: sums are summed, ratios computed again of the sums. */
      columns: Type.Record(Type.String(), Type.Unknown()),
      before: Type.Optional(Nullable(Type.Number())),
      /** Of the rows that it is made of: late events in all, and whether one began before the view did. */
      late_events: Type.Optional(Type.Integer()),
      partial: Type.Optional(Type.Boolean()),
      spark: Type.Optional(Type.Array(Nullable(Type.Number()))),
    }),
  ),
  others: Nullable(Type.Object({ groups: Type.Integer(), value: Nullable(Type.Number()) })),
  rows_read: Type.Integer(),
  /** Columns that several windows do not give. */
  left_out: Type.Array(Type.String()),
  /** Not all rows of the range were read: the figures are a lower bound. */
  cut: Type.Boolean(),
});
export type TopAnswer = Static<typeof TopAnswer>;

/** `GET /api/views/{view}/groups`: the groups that had rows in a range, with search. */
export const GroupsQuery = Type.Object({
  ...RANGE,
  search: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Limit),
});
export const GroupsPage = Type.Object({
  view: Type.String(),
  groups: Type.Array(Group),
  cut: Type.Boolean(),
});
export type GroupsPage = Static<typeof GroupsPage>;

/**
 * `GET /api/views/{view}/series`: columns over time, for one group, or for the sum over all groups where the column can be
 * summed. Columnar: arrays of one length, by window.
 */
export const SeriesQuery = Type.Object({
  ...RANGE,
  columns: Type.String({ description: 'Names, separated by commas; members as unusual.score.' }),
  points: Type.Optional(Type.Integer({ minimum: 10, maximum: 1000, default: 1000 })),
  open: Type.Optional(Type.Boolean({ default: true })),
  compare: Type.Optional(
    Type.Literal('previous', {
      description: 'With the period before, of the same length: it needs `from`, and ends now where `to` is not given.',
    }),
  ),
});

/** Arrays of one length, by window. */
const SERIES = {
  starts: Type.Array(Millis),
  ends: Type.Array(Millis),
  revisions: Type.Array(Type.Integer()),
  revised_at: Type.Record(Type.String(), Millis, {
    description: 'When the rows of a window were last revised, by its start: of windows whose revision is above 1.',
  }),
  is_final: Type.Array(Type.Boolean()),
  columns: Type.Record(Type.String(), Type.Array(Type.Unknown())),
  /**
   * Only where points were left out: where the stretches begin, in each of which those of the first column that are left have its
   * least and its greatest value.
   */
  steps: Type.Optional(Type.Array(Millis)),
  /** Points that there are, of which those above are the least and the greatest by step, so that no peak is missing. */
  points_in_all: Type.Integer(),
  cut: Type.Boolean(),
};
export const SeriesAnswer = Type.Object({
  view: Type.String(),
  group: Nullable(Group),
  ...SERIES,
  /** Of the period before, with its own times: `from` and `to` say which. */
  before: Type.Optional(Type.Object({ from: Millis, to: Millis, ...SERIES })),
});
export type SeriesAnswer = Static<typeof SeriesAnswer>;
