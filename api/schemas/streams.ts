import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Counters, Millis, Nullable } from './common.ts';

const Shard = Type.Object({
  id: Type.String(),
  /** Of its own; the stream's is the least of those that are not retired. */
  watermark: Nullable(Millis),
  latest_event: Nullable(Millis),
  counters: Counters,
  /** Read to its end after a split or merge: it holds nothing back. */
  retired: Type.Boolean(),
  /** Records that wait to be read; null where only the stream knows. */
  waiting: Nullable(Type.Integer()),
});

const Input = Type.Object({
  /** A file that is sent and ends, one that is followed, or a pipe. */
  kind: Type.Enum(['replay', 'tail', 'stdin']),
  file: Nullable(Type.String()),
  /** Lines that this process has sent, and those that earlier ones had. */
  sent: Type.Integer(),
  resumed_at: Type.Integer(),
  /** Everything was sent. Never of a file that is followed. */
  done: Type.Boolean(),
  /** Bytes of a file that are not read yet, or lines of a pipe that wait; null of a replay. */
  behind: Nullable(Type.Integer()),
  /** What keeps it from being read, as a full sentence. */
  problem: Nullable(Type.String()),
});
export type Input = Static<typeof Input>;

/** `GET /api/streams/{stream}`: what holds its watermark back, and what fills it. */
export const StreamAnswer = Type.Object({
  name: Type.String(),
  watermark: Nullable(Millis),
  shards: Type.Array(Shard),
  /** What fills it from this machine, beside producers. */
  inputs: Type.Array(Input),
});
export type StreamAnswer = Static<typeof StreamAnswer>;
