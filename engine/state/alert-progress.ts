import { SEVERITIES, type Severity } from '../ir/alert.ts';
import { Type } from '../ir/type.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { NO_PAGE_MAP, PAGE_MAP, type PageMap } from './page-map.ts';
import { PAGE_SET, type PageSet } from './pages.ts';

/** How far a (view, bucket) is with its alerts. A part of progress, so it changes with the windows that it is about. */
export interface AlertProgress {
  /** Of the incident that was announced last: a used id is never given again. */
  readonly lastId: number;
  /** Verdicts on windows that start before this can no longer change, and are folded. */
  readonly foldedToMs: number;
  /** By key of an alert: the first window that it judges. Windows that were final when it was added are not its. */
  readonly since: Readonly<Record<string, number>>;
  /** By group: verdicts, and incidents as they were announced. */
  readonly state: PageMap;
  readonly grouped: readonly GroupedIncident[];
  /** How many incidents are on, as they were announced. */
  readonly open: Readonly<Record<Severity, number>>;
  /** Notes of early incidents that were taken as announced, of those that there still are. */
  readonly early: readonly number[];
  readonly outbox: Outbox;
  /** What it took over from the key that the view had before. */
  readonly adopted?: AdoptedIncidents;
  /** What it left to the key that comes after it. Once the view is deployed again there is none. */
  readonly left?: LeftIncidents;
}

/** Ids of the key before under which incidents go on. */
export interface AdoptedIncidents {
  /** Serial of the last offer that was taken. */
  readonly seenTo: number;
  /** Serial of the last offer whose time is over. */
  readonly doneTo: number;
  /** Of later offers: ids that were adopted. An id is adopted once. */
  readonly ids: readonly string[];
}

/** Incidents that were on when their view was deployed no more. */
export interface LeftIncidents {
  /** Pages of the outbox with the messages by which they were superseded. */
  readonly set: PageSet;
  /** Position behind which these messages are. */
  readonly after: number;
  readonly closedUpToMs: number;
}

/** Incidents that began in one window and are told of in one message. */
export interface GroupedIncident {
  readonly id: number;
  /** Of its last message. */
  readonly sequence: number;
  /** Key of the alert. */
  readonly alert: string;
  /** Start of the window in which they began. */
  readonly atMs: number;
  readonly severity: Severity;
  readonly count: number;
  /** How many of them are not over. */
  readonly open: number;
  /** The id that it has from the view's key before this one, in place of its number. */
  readonly adopted?: string;
}

/** Messages that were committed and may not have been published. */
export interface Outbox {
  /** Of the last message: they are numbered from 1. */
  readonly lastPosition: number;
  readonly sets: readonly OutboxSet[];
  /** Messages that nobody published and that more than fit have pushed out. */
  readonly dropped: number;
}

export interface OutboxSet {
  readonly set: PageSet;
  /** Position of its last message. */
  readonly upTo: number;
}

/** Before the first pass of a view with alerts. */
export const NO_ALERT_PROGRESS: AlertProgress = {
  lastId: 0,
  foldedToMs: START_OF_TIME_MS,
  since: {},
  state: NO_PAGE_MAP,
  grouped: [],
  open: { info: 0, warning: 0, critical: 0 },
  early: [],
  outbox: { lastPosition: 0, sets: [], dropped: 0 },
};

const WHOLE = Type.Integer({ minimum: 0 });
const SEVERITY = Type.Enum(SEVERITIES);
/** As stored. */
export const ALERT_PROGRESS = Type.Object({
  lastId: WHOLE,
  foldedToMs: Type.Number(),
  since: Type.Record(Type.String(), Type.Number()),
  state: PAGE_MAP,
  grouped: Type.Array(
    Type.Object({
      id: WHOLE,
      sequence: WHOLE,
      alert: Type.String(),
      atMs: Type.Number(),
      severity: SEVERITY,
      count: WHOLE,
      open: WHOLE,
      adopted: Type.Optional(Type.String()),
    }),
  ),
  early: Type.Array(Type.Integer()),
  open: Type.Object({ info: WHOLE, warning: WHOLE, critical: WHOLE }),
  outbox: Type.Object({
    lastPosition: WHOLE,
    sets: Type.Array(Type.Object({ set: PAGE_SET, upTo: WHOLE })),
    dropped: WHOLE,
  }),
  adopted: Type.Optional(Type.Object({ seenTo: WHOLE, doneTo: WHOLE, ids: Type.Array(Type.String()) })),
  left: Type.Optional(Type.Object({ set: PAGE_SET, after: WHOLE, closedUpToMs: Type.Number() })),
});
