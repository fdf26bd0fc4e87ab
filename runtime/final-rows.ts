import type { SpooledResultStore } from '../adapters/embedded/spool/spooled-result-store.ts';
import { compareGroups, groupOfText } from '../engine/codec/group.ts';
import { TABLE_GROUP } from '../engine/finalize/drafts.ts';
import type { ViewPlan } from '../engine/plan/plan.ts';
import type { ReadRow, ResultStore, RowPlace } from '../engine/ports/index.ts';
import { rowJson, shownRows } from '../engine/query/shown-row.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../engine/time/instant.ts';

const PAGE_ROWS = 1000;
/** Lines that are handed on together. */
const LINES_BYTES = 256 * 1024;

/** A view's stored rows as JSON objects, by window and then by group. */
export async function* finalRows(view: ViewPlan, results: ResultStore): AsyncGenerator<Record<string, unknown>> {
  for await (const row of storedRows(view, results)) yield* shownRows(view, row).map(rowJson);
}

/** The same as lines of JSON, of a view whose stored rows are a row each. `count` is called for each. */
export async function* finalRowLines(
  view: ViewPlan,
  results: ResultStore,
  count: () => void,
): AsyncGenerator<string | Uint8Array> {
  if (isSpooled(results)) {
    yield* spooledLines(view, results, count);
    return;
  }
  for await (const { columns, revision, lateEvents, partial } of storedRows(view, results)) {
    count();
    yield `${columns.slice(0, -1)}${endOfLine(view, revision, lateEvents, partial)}`;
  }
}

/** What follows the columns: see `rowJson`. */
function endOfLine({ window }: ViewPlan, revision: number, lateEvents: number, partial: boolean): string {
  const isPartial = partial ? ',"partial":true' : '';
  return `,"revision":${revision},"late_events":${lateEvents},"is_final":${window.hasEnd}${isPartial}}\n`;
}

/** Bytes of rows go into the lines as they lie in the spool. Lines are good until the next. */
function* spooledLines(view: ViewPlan, results: SpooledResultStore, count: () => void): Generator<Uint8Array> {
  let lines = Buffer.allocUnsafe(LINES_BYTES);
  let used = 0;
  let [revision, lateEvents, partial, end] = [0, 0, false, Buffer.alloc(0)];
  for (const row of results.inOrder(view.key)) {
    count();
    if (row.revision !== revision || row.lateEvents !== lateEvents || row.partial !== partial) {
      ({ revision, lateEvents, partial } = row);
      end = Buffer.from(endOfLine(view, revision, lateEvents, partial));
    }
    const [from, to] = [row.columnsFrom, row.end - 1];
    const bytes = to - from + end.length;
    if (used + bytes > lines.length) {
      if (used > 0) yield lines.subarray(0, used);
      if (bytes > lines.length) lines = Buffer.allocUnsafe(bytes);
      used = 0;
    }
    used += row.bytes.copy(lines, used, from, to);
    used += end.copy(lines, used);
  }
  if (used > 0) yield lines.subarray(0, used);
}

async function* storedRows(view: ViewPlan, results: ResultStore): AsyncGenerator<ReadRow> {
  if (isSpooled(results)) {
    for (const row of results.inOrder(view.key)) yield { ...row.stored(view.key), updatedAtMs: null };
    return;
  }
  let window: ReadRow[] = [];
  for await (const row of allRows(view, results)) {
    if (window[0] !== undefined && window[0].windowStartMs !== row.windowStartMs) {
      yield* byGroup(window);
      window = [];
    }
    window.push(row);
  }
  yield* byGroup(window);
}

async function* allRows(view: ViewPlan, results: ResultStore): AsyncGenerator<ReadRow> {
  let cursor: RowPlace | null = null;
  do {
    const page = await results.windows({
      view: view.key,
      fromMs: START_OF_TIME_MS,
      toMs: END_OF_TIME_MS,
      limit: PAGE_ROWS,
      cursor,
    });
    yield* page.rows;
    cursor = page.cursor;
  } while (cursor !== null);
}

/** By the groups' values: the store orders by their text, in which 404 comes before 99. */
function byGroup(rows: readonly ReadRow[]): readonly ReadRow[] {
  return rows
    .map((row) => ({ row, values: row.group === TABLE_GROUP ? [] : groupOfText(row.group) }))
    .sort((a, b) => compareGroups(a.values, b.values))
    .map(({ row }) => row);
}

/** By what it has: a process may hold the class twice. */
function isSpooled(results: ResultStore): results is SpooledResultStore {
  return 'inOrder' in results;
}
