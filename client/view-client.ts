import type { GroupsPage, LatestAnswer, SeriesAnswer, TopAnswer, WindowsPage } from '../api/schemas/rows.ts';
import type { GroupOf, RowOf } from '../engine/dsl/pipeline.ts';
import type { Transport } from './transport.ts';

/** Window starts from `from` on and before `to`. Text is ISO-8601, and a date alone its midnight in UTC. */
export interface Range {
  readonly from?: Date | string;
  readonly to?: Date | string;
}

export interface WindowsQuestion<V> extends Range {
  /** Of these groups alone; some of the fields choose all groups that have these values. */
  readonly group?: Partial<GroupOf<V>>;
  /** `oldest` first, where nothing is said. */
  readonly order?: 'oldest' | 'latest';
  /** Also the rows of open windows, as they stand. */
  readonly open?: boolean;
  /** Rows a page, at most 1000. */
  readonly limit?: number;
}

/** Rows as JSON has them: instants are text. */
export interface Page<V> {
  readonly rows: readonly RowOf<V>[];
  /** When each of the rows was stored as it stands, in milliseconds since 1970; null of an open row. */
  readonly updated_at: readonly (number | null)[];
  /** Goes on behind this page; null on the last one. */
  readonly cursor: string | null;
}

/** Columns that are numbers. */
export type NumberColumn<R> = { [K in keyof R & string]: [NonNullable<R[K]>] extends [number] ? K : never }[keyof R &
  string];

/** Columns, and members of those that have some: `unusual.score`. */
export type ColumnPath<R> = {
  [K in keyof R & string]: [NonNullable<R[K]>] extends [readonly unknown[]]
    ? K
    : [NonNullable<R[K]>] extends [object]
      ? K | `${K}.${keyof NonNullable<R[K]> & string}`
      : K;
}[keyof R & string];

type ValueAt<R, P> = P extends keyof R
  ? R[P]
  : P extends `${infer K}.${infer M}`
    ? K extends keyof R
      ? M extends keyof NonNullable<R[K]>
        ? NonNullable<R[K]>[M]
        : never
      : never
    : never;

export interface TopQuestion<V> extends Range {
  readonly by: NumberColumn<RowOf<V>>;
  /** Groups, at most 100; 10 where nothing is said. */
  readonly n?: number;
  /** Of these groups alone; some of the fields choose all groups that have these values. */
  readonly group?: Partial<GroupOf<V>>;
  /** With the same column in the period before, of the same length. */
  readonly compare?: 'previous';
  /** `change`: those that have changed most against the period before, with it. It needs `from`. */
  readonly sort?: 'value' | 'change';
  /** With so many points of a small line beside each group. */
  readonly spark?: number;
}

export interface Top<V> extends Omit<TopAnswer, 'groups'> {
  readonly groups: readonly {
    readonly group: GroupOf<V>;
    /** Of the range: sums are summed, ratios computed again. What cannot be said of a range is missing. */
    readonly columns: Partial<RowOf<V>>;
    readonly before?: number | null;
    readonly late_events?: number;
    readonly partial?: boolean;
    readonly spark?: readonly (number | null)[];
  }[];
}

export interface SeriesQuestion<V, C extends ColumnPath<RowOf<V>>> extends Range {
  readonly columns: readonly C[];
  /** All its fields for one group; none for the sum over all, of columns that can be summed. */
  readonly group?: Partial<GroupOf<V>>;
  /** At most 1000. Of more, the least and the greatest of each step stay. */
  readonly points?: number;
  /** Also open windows; so it is where nothing is said. */
  readonly open?: boolean;
  /** With the period before, of the same length; it needs `from`. */
  readonly compare?: 'previous';
}

/** Arrays of one length, by window. */
type SeriesColumns<V, C> = { readonly [P in C & string]: readonly (ValueAt<RowOf<V>, P> | null)[] };

export interface Series<V, C> extends Omit<SeriesAnswer, 'group' | 'columns' | 'before'> {
  readonly group: GroupOf<V> | null;
  readonly columns: SeriesColumns<V, C>;
  readonly before?: Omit<NonNullable<SeriesAnswer['before']>, 'columns'> & { readonly columns: SeriesColumns<V, C> };
}

/** Questions about one view. */
export class ViewClient<V> {
  readonly #transport: Transport;
  readonly #path: string;

  constructor(transport: Transport, name: string) {
    this.#transport = transport;
    this.#path = `/api/views/${encodeURIComponent(name)}`;
  }

  /**
   * A page of rows, by window start and then group.
   *
   * @param cursor of the page before.
   */
  windows(question: WindowsQuestion<V> = {}, cursor: string | null = null): Promise<Page<V>> {
    const { group, order, open, limit, ...range } = question;
    const answer = this.#ask<WindowsPage>('windows', { ...times(range), order, open, limit, cursor }, group);
    return answer as unknown as Promise<Page<V>>;
  }

  /**
   * All rows, page by page as they are taken. Each row comes once, also while others are stored.
   *
   * @example
   * for await (const row of client.view('traffic').rows({ from: '2026-01-01' })) console.log(row.requests);
   */
  async *rows(question: WindowsQuestion<V> = {}): AsyncGenerator<RowOf<V>, void, undefined> {
    let cursor: string | null = null;
    do {
      const page: Page<V> = await this.windows({ limit: 1000, ...question }, cursor);
      yield* page.rows;
      cursor = page.cursor;
    } while (cursor !== null);
  }

  /** The last stored row of one group; null where it has none. */
  async latest(group: GroupOf<V>): Promise<RowOf<V> | null> {
    const { row } = await this.#ask<LatestAnswer>('latest', {}, group);
    return row as unknown as RowOf<V> | null;
  }

  /** The first groups by a column over a range. */
  top({ by, n, compare, sort, spark, group, ...range }: TopQuestion<V>): Promise<Top<V>> {
    const parameters = { ...times(range), by, n, compare, sort, spark };
    return this.#ask<TopAnswer>('top', parameters, group) as unknown as Promise<Top<V>>;
  }

  /** Columns over time, of one group or summed over all. */
  series<const C extends ColumnPath<RowOf<V>>>(question: SeriesQuestion<V, C>): Promise<Series<V, C>> {
    const { columns, group, points, open, compare, ...range } = question;
    const parameters = { ...times(range), columns: columns.join(','), points, open, compare };
    return this.#ask<SeriesAnswer>('series', parameters, group) as unknown as Promise<Series<V, C>>;
  }

  /** Groups that had rows in a range, by how one of their values begins. */
  async groups(question: Range & { readonly search?: string; readonly limit?: number } = {}): Promise<GroupOf<V>[]> {
    const { search, limit, ...range } = question;
    const { groups } = await this.#ask<GroupsPage>('groups', { ...times(range), search, limit });
    return groups as unknown as GroupOf<V>[];
  }

  #ask<T>(question: string, parameters: Parameters, group?: object): Promise<T> {
    const given: [string, string][] = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    );
    for (const [name, value] of Object.entries(group ?? {})) {
      if (value !== undefined) given.push(value === null ? ['is_null', name] : [`group.${name}`, String(value)]);
    }
    return this.#transport.json(`${this.#path}/${question}`, { parameters: given });
  }
}

type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

export function times({ from, to }: Range): Parameters {
  return { from: timeText(from), to: timeText(to) };
}

function timeText(time: Date | string | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time;
}
