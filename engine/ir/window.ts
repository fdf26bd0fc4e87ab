import { DefinitionError } from './errors.ts';
import type { ReservedColumn, RowColumn } from './names.ts';

/** A kind of window as the definition sees it. */
export interface Window<out K extends string = string> {
  readonly kind: K;
}

export type WindowDefinition = AlignedWindow | CalendarWindow | SessionWindow | GlobalWindow | LogWindow | RowsWindow;
export type WindowKindName = WindowDefinition['kind'];

/** Windows whose starts are the same for all groups: multiples of a step since 1970, plus an offset. */
export type AlignedWindow = TumblingWindow | SlidingWindow;

/** Windows of one size, one after the other: [offset + k · size, offset + (k + 1) · size) since 1970, UTC. */
export interface TumblingWindow extends Window<'tumbling'> {
  readonly sizeMs: number;
  readonly offsetMs: number;
}

/** Windows of one size, a new one at every slide: [offset + k · slide, offset + k · slide + size) since 1970, UTC. */
export interface SlidingWindow extends Window<'sliding'> {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly offsetMs: number;
}

/** Days, weeks or months by the local time of a zone. */
export interface CalendarWindow extends Window<'calendar'> {
  readonly unit: 'day' | 'week' | 'month';
  readonly timeZone: string;
  /** Of weeks: the day that they begin on, such as `monday`. */
  readonly weekStart?: 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
}

/** Windows of a group's events that are at most a gap apart from one to the next. */
export interface SessionWindow extends Window<'session'> {
  readonly gapMs: number;
}

/** One window without an end: running totals of a group, brought up to date at every interval. */
export interface GlobalWindow extends Window<'global'> {
  readonly emitEveryMs: number;
}

/** Panes of a keyed event log: a join makes its rows pane by pane, in the order of the rows' times. */
export interface LogWindow extends Window<'log'> {
  readonly paneMs: number;
  /** How far the events that a row is made of can lie after the row's own time. */
  readonly aheadMs: number;
  /** Events of one key and side in a pane that are joined, the first ones; not set: as many as joins take unless told otherwise. */
  readonly maxPerKey?: number;
}

/** No windows: each event has a row at its own instant. Its panes are how the events are kept until their rows are made. */
export interface RowsWindow extends Window<'rows'> {
  readonly paneMs: number;
}

/** The most windows over one moment: each gives a row for every group, and a late event revises all of them. */
export const MAX_OVERLAP = 1500;

/** By kind: the columns that a row has of its window. The types of rows are made of this. */
type Columns = OfEachKind<{
  tumbling: 'window_start' | 'window_end';
  sliding: 'window_start' | 'window_end';
  calendar: 'window_start' | 'window_end';
  session: 'window_start' | 'window_end' | 'first_event_time' | 'last_event_time';
  global: 'as_of';
  log: never;
  rows: 'event_time';
}>;
type OfEachKind<C extends Record<WindowKindName, ReservedColumn | RowColumn>> = C;

/** Of a window of which the compiler does not know the kind: those that most kinds have. */
export type WindowColumn<K extends string> = K extends keyof Columns ? Columns[K] : 'window_start' | 'window_end';

/** What a view can do with its windows, unless their kind refuses it. */
export type WindowUse =
  /** Hand its rows to another view, a join, a union or a pattern. */
  | 'source'
  /** Count the totals of another view. */
  | 'totals'
  /** Have columns that go over a group's last rows. */
  | 'rolling'
  /** Have columns that go over all groups of a window. */
  | 'shares'
  /** Divide by the window's length. */
  | 'rate'
  /** Replace all rows of a window at once. */
  | 'complete'
  /** Say what becomes of late events. */
  | 'lateness'
  /** Say how long its rows are kept. */
  | 'keepRows';

/**
 * How other views take the rows of a window's kind:
 * - `final`: all of a window together once it is final, and again when late events revise them;
 * - `settled`: each once, when it can change no more;
 * - `totals`: of each group that changed in a window of theirs, the last one. Only views take them.
 */
export type HandedRows = 'final' | 'settled' | 'totals';

/** What the definition of a view asks of its window's kind. */
export interface WindowTraits<C extends ReservedColumn | RowColumn = ReservedColumn | RowColumn> {
  /** The columns that a row has of its window, in order. */
  readonly columns: readonly C[];
  readonly hands: HandedRows;
  /** Why a view with such windows cannot do something: the end of the error's sentence. Null where it can. */
  readonly refuses: Readonly<Record<WindowUse, string | null>>;
}

const TRAITS = Symbol('traits');

/**
 * A window as its definition and, out of sight, the traits of its kind: `engine/dsl` asks for them and need not know the
 * kinds. They are not enumerable, for the definition is data: it is compared, shown, and hashed into the fingerprint.
 */
export function withTraits<W extends WindowDefinition>(window: W, traits: WindowTraits<WindowColumn<W['kind']>>): W {
  return Object.defineProperty(window, TRAITS, { value: traits });
}

/** Whether a function such as `tumbling(…)` made a window. */
export function isWindow(window: unknown): window is WindowDefinition {
  return typeof window === 'object' && window !== null && TRAITS in window;
}

export function traitsOf(window: WindowDefinition): WindowTraits {
  if (isWindow(window)) return (window as unknown as { readonly [TRAITS]: WindowTraits })[TRAITS];
  throw new DefinitionError(
    `The window ${JSON.stringify(window)} is a copy. Use what tumbling('5 minutes') and its like return.`,
  );
}

/** Where a row's window begins and ends. Of a global window, whose rows have no bounds, the end is the row's `as_of`. */
export interface RowWindow {
  readonly startMs: number;
  readonly endMs: number;
}
