import type { Static, TSchema } from 'typebox';
import { Type } from '../../engine/ir/type.ts';

/** `2015-05-17T10:05:00.000Z`: UTC, in milliseconds. */
export const Instant = Type.String({ format: 'date-time', description: 'ISO-8601 in UTC with milliseconds.' });
/** The same as a number, where a thousand of them go over the wire. */
export const Millis = Type.Integer({ description: 'Milliseconds since 1970 in UTC.' });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
export type Scalar = Static<typeof Scalar>;

/** The values of one group by field. Of a view without groups it has none. */
export const Group = Type.Record(Type.String(), Scalar);
export type Group = Static<typeof Group>;

/** A row as `run` writes it: the view's own columns, and what every row has. */
export const Row = Type.Object(
  {
    revision: Type.Integer({
      minimum: 0,
      description: '1 when first stored, one more with each change; 0 of an open row.',
    }),
    late_events: Type.Integer({ minimum: 0 }),
    is_final: Type.Boolean(),
    partial: Type.Optional(Type.Boolean({ description: 'The view was deployed when the window had already begun.' })),
  },
  { additionalProperties: true },
);
export type Row = Static<typeof Row>;

/** Of questions that take none. */
export const NoParameters = Type.Object({});

export const Severity = Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('critical')]);
export type Severity = Static<typeof Severity>;

/** Events by what became of them. The other five add up to `delivered`. */
export const Counters = Type.Object({
  delivered: Type.Integer(),
  accepted: Type.Integer(),
  late: Type.Integer(),
  dead: Type.Integer(),
  duplicate: Type.Integer(),
  discarded: Type.Integer(),
});
export type Counters = Static<typeof Counters>;

/** RFC 9457. `title` is a heading, `detail` a sentence that says what was found and what to do. */
export const Problem = Type.Object({
  type: Type.String({ description: 'A URI reference to the problem in the documents.' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String({ description: 'For programs: snake_case, never changed.' }),
  /** The parameter that is wrong, where one is. */
  parameter: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;
