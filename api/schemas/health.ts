import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Millis, Nullable } from './common.ts';
import { HealthState } from './overview.ts';

/** `GET /api/health`: 200 where the pipeline goes on, 503 where it is stuck. */
export const HealthAnswer = Type.Object({
  healthy: Type.Boolean(),
  state: HealthState,
  /** The view, or the stream, that is stuck, and what there is to know about it. */
  view: Nullable(Type.String()),
  stream: Nullable(Type.String()),
  detail: Nullable(Type.String()),
  /** Records that wait to be read. */
  waiting: Nullable(Type.Integer()),
  now: Millis,
  started: Millis,
  /** By stream: how far event time is, and how far that is behind the clock. */
  streams: Type.Record(
    Type.String(),
    Type.Object({ watermark: Nullable(Millis), watermark_lag_ms: Nullable(Type.Number()), idle: Type.Boolean() }),
  ),
  open_incidents: Type.Integer(),
});
export type HealthAnswer = Static<typeof HealthAnswer>;
