import type { WindowRange } from '../../../engine/query/bounds.ts';
import type { RowsPage } from '../../../engine/query/rows.ts';
import type { TableShape } from './table-shape.ts';

/** Who answers what `query` asks about a view: the stores of a pipeline, or a server. Of the groups that were asked for alone. */
export interface ViewQuestions {
  readonly shape: TableShape;
  /** Rows that one question may ask for. */
  readonly maxRows: number;
  /** A page of rows, the latest first. */
  rows(query: LatestRows): Promise<RowsPage>;
  /** The groups with the most of a column. */
  top(query: MostQuery): Promise<MostGroups>;
  /** The groups in which a column has changed most against the period before. */
  changes(query: MostQuery): Promise<ChangedGroups>;
  /** Why there may be no rows. */
  noRows(open: boolean): Promise<string>;
}

export interface LatestRows extends WindowRange {
  readonly open: boolean | undefined;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface MostQuery extends WindowRange {
  readonly by: string;
  readonly limit: number;
  readonly maxRows: number;
}

/** What was read for an answer. */
interface ReadGroups {
  /** All that there are, also those that are not shown. */
  readonly groups: number;
  readonly rowsRead: number;
  readonly isCut: boolean;
}

export interface MostGroups extends ReadGroups {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly columns: Readonly<Record<string, unknown>>;
    readonly lateEvents: number;
    readonly partial: boolean;
  }[];
  /** Null where there are no rows in the range. */
  readonly windows: { readonly firstMs: number; readonly lastMs: number } | null;
  readonly leftOut: readonly string[];
}

export interface ChangedGroups extends ReadGroups {
  readonly rows: readonly {
    /** By field. */
    readonly group: Readonly<Record<string, unknown>>;
    readonly value: number | null;
    readonly before: number | null;
  }[];
}
