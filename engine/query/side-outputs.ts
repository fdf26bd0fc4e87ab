import { Type } from '../ir/type.ts';
import type { DeadLetterStore, SideOutputKind, SideOutputQuery, StoredSideOutput } from '../ports/dead-letter-store.ts';
import { CHUNK_ROWS, checkLimit, DEFAULT_ROWS_READ, MAX_PAGE_ROWS, type WindowRange } from './bounds.ts';
import { BadQueryError } from './errors.ts';
import { formatPageCursor, parsePageCursor } from './page-cursor.ts';

export interface SideOutputsQuery extends Omit<SideOutputQuery, 'after' | 'limit'> {
  /** Late events of this view alone. */
  readonly view?: string | undefined;
  /** Late events that missed a window which starts in this range; of several that overlap, the first one. */
  readonly missed?: WindowRange | undefined;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface SideOutputsPage {
  readonly records: readonly StoredSideOutput[];
  /** Null on the last page. A page may hold fewer records than asked for, or none, and have one. */
  readonly cursor: string | null;
}

/**
 * What went into no window, page by page: dead letters, late events, discarded batches, by stream, view, missed window,
 * reason and arrival.
 *
 * @example the late events of one window
 * await readSideOutputs(store, {
 *   kinds: ['late'], view: 'page_views_5min', missed: { fromMs: startMs, toMs: startMs + 1 }, limit: 100, cursor: null,
 * });
 * @throws BadQueryError
 */
export async function readSideOutputs(
  store: Pick<DeadLetterStore, 'list'>,
  { view, missed, limit, cursor, ...query }: SideOutputsQuery,
): Promise<SideOutputsPage> {
  checkLimit('limit', limit, MAX_PAGE_ROWS);
  const isChosen = view !== undefined || missed !== undefined;
  if (isChosen && query.kinds.some((kind) => kind !== 'late')) {
    throw new BadQueryError(
      'Only late events have missed a window of a view: ask for late events alone, or for no view and no window.',
    );
  }
  const question = questionOf(query, view, missed);
  let after = cursor === null ? undefined : parsePageCursor(question, cursor, Type.String());
  const records: StoredSideOutput[] = [];
  for (let read = 0; ; ) {
    const page = await store.list({ ...query, after, limit: isChosen ? CHUNK_ROWS : limit });
    for (const [index, record] of page.records.entries()) {
      read++;
      if (isOf(record, view, missed)) records.push(record);
      if (records.length < limit && read < DEFAULT_ROWS_READ) continue;
      const isLast = index === page.records.length - 1 && page.cursor === null;
      return { records, cursor: isLast ? null : formatPageCursor(question, record.id) };
    }
    if (page.cursor === null) return { records, cursor: null };
    after = page.cursor;
  }
}

function isOf({ missed }: StoredSideOutput, view: string | undefined, range: WindowRange | undefined): boolean {
  if (view !== undefined && missed?.view !== view) return false;
  if (range === undefined) return true;
  return missed !== null && missed.windowStartMs >= range.fromMs && missed.windowStartMs < range.toMs;
}

function questionOf(
  { kinds, stream, reason, sinceMs, untilMs }: Omit<SideOutputQuery, 'after' | 'limit'>,
  view: string | undefined,
  missed: WindowRange | undefined,
): readonly (string | number | readonly SideOutputKind[] | null)[] {
  const range = [missed?.fromMs ?? null, missed?.toMs ?? null];
  return [kinds, stream ?? null, reason ?? null, sinceMs ?? null, untilMs ?? null, view ?? null, ...range];
}
