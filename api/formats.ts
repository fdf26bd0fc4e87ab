import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ViewPlan } from '../engine/plan/plan.ts';
import { shownShape } from '../engine/query/shown-row.ts';
import type { WindowsPage } from './schemas/rows.ts';

export type Format = 'json' | 'csv' | 'jsonl';

/** Rows that nothing revises and none comes to any more are kept by browsers for so long. */
const FINAL_SECONDS = 86_400;

/** A page of rows as it was asked for: JSON with its cursor, or CSV and JSON Lines with the cursor in a header. */
export function sendRows(
  c: Context,
  view: ViewPlan,
  page: Page,
  { format: asked, isSettled }: { readonly format: Format | undefined; readonly isSettled: boolean },
): Response {
  const format = asked ?? formatOf(c.req.header('accept'));
  if (page.cursor !== null) c.header('X-Next-Cursor', page.cursor);
  c.header('Vary', 'Accept');
  const [type, text] = TEXTS[format](view, page);
  return sendCached(c, type, text, isSettled);
}

/**
 * With an ETag, so that what has not changed is not sent again.
 *
 * @param compared what the ETag is of, where a part of the text changes and does not matter.
 */
export function sendCached(c: Context, type: string, text: string, isSettled: boolean, compared = text): Response {
  const tag = `"${createHash('sha256').update(compared).digest('base64url').slice(0, 22)}"`;
  c.header('ETag', compared === text ? tag : `W/${tag}`);
  c.header('Cache-Control', isSettled ? `private, max-age=${FINAL_SECONDS}` : 'private, no-cache');
  const known = (c.req.header('if-none-match') ?? '').split(/\s*,\s*/);
  if (known.some((one) => one === '*' || one.replace(/^W\//, '') === tag)) return c.body(null, 304);
  c.header('Content-Type', type);
  return c.body(text);
}

function formatOf(accept = ''): Format {
  if (accept.includes('text/csv')) return 'csv';
  return accept.includes('application/x-ndjson') || accept.includes('application/jsonl') ? 'jsonl' : 'json';
}

type Page = Omit<WindowsPage, 'view'>;
type ToText = (view: ViewPlan, page: Page) => readonly [type: string, text: string];

const TEXTS: Readonly<Record<Format, ToText>> = {
  json: (view, page) => ['application/json; charset=utf-8', `${JSON.stringify({ view: view.name, ...page })}\n`],
  jsonl: (_, { rows }) => [
    'application/x-ndjson; charset=utf-8',
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  ],
  csv: (view, { rows }) => {
    const names = [...shownShape(view.definition).fields.keys()];
    const lines = [names, ...rows.map((row) => names.map((name) => (row as Record<string, unknown>)[name] ?? ''))];
    return [
      'text/csv; charset=utf-8; header=present',
      lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join(''),
    ];
  },
};

/** RFC 4180. A text that a spreadsheet would take for a formula is one that it does not: an apostrophe stands before it. */
function csvField(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
