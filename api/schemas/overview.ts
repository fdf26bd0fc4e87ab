import type { Static } from 'typebox';
import { Type } from '../../engine/ir/type.ts';
import { Counters, Group, Millis, Nullable, Severity } from './common.ts';

/**
 * `GET /api/overview`, and the `snapshot` of the live connection: everything that moves each second, bounded.
 *
 * A `patch` of the connection is a JSON merge patch (RFC 7396) of it. So what comes and goes is an object by name and
 * never an array, and a name that is gone is null in the patch.
 */

/**
 * `filling` until the window's end, `ended` until the watermark passes it, then `final`, while late events may still
 * revise it `revisable`. `withdrawn`: late events took it back.
 */
const CellState = Type.Enum(['filling', 'ended', 'revisable', 'final', 'withdrawn']);

/** A window of a ribbon's lane, by its start in milliseconds. Windows without events have none. */
export const Cell = Type.Object({
  end: Millis,
  state: CellState,
  /** Of the first additive column, over all groups; null where the view has none. */
  value: Nullable(Type.Number()),
  groups: Type.Integer(),
  revision: Type.Integer(),
  /** Before late events last changed it; null where none has, and where the server has not seen it. */
  was: Nullable(Type.Number()),
  /** The worst anomaly or alert of the window. */
  worst: Nullable(Severity),
});
export type Cell = Static<typeof Cell>;

export const Replay = Type.Object({
  file: Type.String(),
  sent: Type.Integer(),
  total: Type.Integer(),
  per_second: Type.Number(),
  done: Type.Boolean(),
});

/** `code` is for programs: `not_closing` of a view, `not_reading` of a stream. `detail` says what to do. */
const Stuck = Type.Object({ since: Millis, code: Type.String(), detail: Type.String() });

export const StreamState = Type.Object({
  watermark: Nullable(Millis),
  /** The latest event time seen. */
  latest_event: Nullable(Millis),
  /** When the last event came, by the clock of this machine. */
  last_arrival: Nullable(Millis),
  events_per_second: Type.Number(),
  counters: Counters,
  dead_by_reason: Nullable(Type.Record(Type.String(), Type.Integer())),
  shards: Type.Integer(),
  /** Records that wait to be read; null where nobody has counted, as on AWS. */
  waiting: Nullable(Type.Integer()),
  /** From an event's time to its arrival, and from there until it is counted: of the last second's events. */
  producer_delay_ms: Nullable(Type.Number()),
  processing_delay_ms: Nullable(Type.Number()),
  idle: Type.Boolean(),
  replay: Nullable(Replay),
  /** Records wait in one of its shards, and none was read for long. */
  stuck: Nullable(Stuck),
});
export type StreamState = Static<typeof StreamState>;

export const ViewState = Type.Object({
  /** Windows that end at or before this are closed. */
  closed_up_to: Nullable(Millis),
  /**
   * Windows that hold events and are not final; of sessions, spans of at most the gap that hold some. Null where they are not read:
   * a deployed pipeline shows them by setting.
   */
  open_windows: Nullable(Type.Integer()),
  rows: Type.Integer({
    description:
      'Stored rows; of more than are counted at least that many: 10,000, or on AWS those of the windows shown.',
  }),
  /** Rows stored of late; null where nobody has counted, as on AWS. */
  rows_per_minute: Nullable(Type.Number()),
  /** What open windows and groups take; null where nobody has counted. */
  state_bytes: Nullable(Type.Integer()),
  /** Rises with every stored row: a picture that was drawn at a lower one is out of date. */
  version: Type.Integer(),
  cells: Type.Record(Type.String(), Cell),
  stuck: Nullable(Stuck),
});
export type ViewState = Static<typeof ViewState>;

export const IncidentLine = Type.Object({
  view: Type.String(),
  alert: Type.String(),
  severity: Severity,
  group: Group,
  groups: Type.Integer(),
  reason: Type.String(),
  from: Millis,
  acknowledged: Type.Boolean(),
});
export type IncidentLine = Static<typeof IncidentLine>;

/** The first that holds, as the page's health line says it. */
export const HealthState = Type.Enum([
  'stuck',
  'catching_up',
  'replaying',
  'replay_finished',
  'quiet',
  'waiting_for_first_event',
  'running',
]);

export const Overview = Type.Object({
  now: Millis,
  started: Millis,
  /** Rises with each start and reload. */
  generation: Type.Integer(),
  /** What a reload of the definition failed with; null where none did. */
  reload_error: Nullable(Type.String()),
  health: Type.Object({
    state: HealthState,
    /** The view, or the stream, that is stuck. */
    view: Nullable(Type.String()),
    stream: Nullable(Type.String()),
    /** Records that wait, and how long until they are done at the present rate. Null where nobody has counted. */
    waiting: Nullable(Type.Integer()),
    done_in_ms: Nullable(Type.Integer()),
  }),
  counters: Counters,
  /** Events that came when their window had ended, and that a revision counts: they are in `accepted`. */
  counted_late: Type.Integer(),
  events_per_second: Type.Number(),
  /** At the present rate, as `streamgauge cost` reckons; null before there is a rate. */
  cost: Nullable(Type.Object({ dollars_per_million: Type.Number(), dollars_per_day: Type.Number() })),
  streams: Type.Record(Type.String(), StreamState),
  views: Type.Record(Type.String(), ViewState),
  /** How many are on, and the worst of them by id, at most 20. */
  open_incidents: Type.Integer(),
  incidents: Type.Record(Type.String(), IncidentLine),
  silences: Type.Integer(),
  /**
   * What bounds on keys have cut off since the process began: events by join (`maxPerKey`), partial matches by pattern. Missing where
   * nobody counts, as on AWS, where both are metrics.
   */
  dropped: Type.Optional(
    Type.Object({
      join_events: Type.Record(Type.String(), Type.Integer()),
      partial_matches: Type.Record(Type.String(), Type.Integer()),
    }),
  ),
  /** Why figures are null or not whole, by their names: `streams.waiting`, `views.state_bytes`, `cost`. */
  unknown: Type.Record(Type.String(), Type.String()),
});
export type Overview = Static<typeof Overview>;
