import type { StoredRow } from '../../engine/ports/result-store.ts';

/** A row of a window of a minute. */
export function resultRow(view: string, windowStartMs: number, rest: Partial<StoredRow> = {}): StoredRow {
  return {
    view,
    group: '["a"]',
    windowStartMs,
    windowEndMs: windowStartMs + 60_000,
    revision: 1,
    epoch: 1,
    partial: false,
    lateEvents: 0,
    retracted: false,
    columns: '{"n":1}',
    expiresAtSeconds: null,
    ...rest,
  };
}
