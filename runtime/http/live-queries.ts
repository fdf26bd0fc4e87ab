import type { Value } from '../../engine/ir/node.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { StreamHealth } from '../../engine/query/health.ts';
import type { OpenIncident } from '../../engine/query/open-incidents.ts';
import type { OpenWindow } from '../../engine/query/open-windows.ts';
import type { ShownRow } from '../../engine/query/shown-row.ts';
import type { LiveStatus } from '../live-status.ts';

/** What the HTTP server asks of the runtime. Reads only. */
export interface LiveQueries {
  readonly views: readonly ViewDefinition[];
  status(): Promise<LiveStatus>;
  /** How much state there is. */
  health(): Promise<readonly StreamHealth[]>;
  /**
   * Stored rows of a view by window start, then group; of one that emits `onUpdate` then those of open windows.
   *
   * @throws BadQueryError where the cursor is none that a page ended with.
   */
  closed(query: ClosedQuery): Promise<ClosedPage>;
  /** The incidents that are on, those of long ago first. */
  alerts(): Promise<readonly OpenIncident[]>;
  /** The windows that are still open, the earliest first, with rows as they would be if the window closed now. */
  open(view: string): Promise<readonly OpenWindow[]>;
}

export interface ClosedQuery {
  /** The view's name, which is one of `views`. */
  readonly view: string;
  /** Windows that start at or after this. */
  readonly fromMs: number;
  /** Windows that start before this. */
  readonly toMs: number;
  /** The values of one group in the order of `groupBy`, an instant as milliseconds; null for all groups. */
  readonly group: readonly Value[] | null;
  readonly limit: number;
  /** Of the page before; null for the first one. */
  readonly cursor: string | null;
}

export interface ClosedPage {
  readonly rows: readonly ShownRow[];
  /** Null on the last page. */
  readonly cursor: string | null;
}
