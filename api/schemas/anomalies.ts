import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Nullable, Row } from './common.ts';
import { DEFAULT_LIMIT, MAX_LIMIT, RANGE } from './rows.ts';

/** `GET /api/anomalies`: rows that a detector found unusual, of one view or of all, by range. */
export const AnomaliesQuery = Type.Object({
  ...RANGE,
  view: Type.Optional(Type.String({ description: 'Of this view alone.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
  cursor: Type.Optional(Type.String()),
});

export const AnomalousRow = Type.Object({
  view: Type.String(),
  /** The detectors that found it unusual: of each the row has score, expected range and reason. */
  detectors: Type.Array(Type.String()),
  row: Row,
});
export type AnomalousRow = Static<typeof AnomalousRow>;

/** A page may hold fewer rows than asked for, or none, and have a cursor: a request reads a bounded number of rows. */
export const AnomaliesPage = Type.Object({ anomalies: Type.Array(AnomalousRow), cursor: Nullable(Type.String()) });
export type AnomaliesPage = Static<typeof AnomaliesPage>;
