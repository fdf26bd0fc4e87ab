import { useState } from 'preact/hooks';
import type { Group, Row } from '../../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { Card } from '../../components/card.tsx';
import { GroupName } from '../../components/group-name.tsx';
import { slowestWatermark } from '../../components/status.tsx';
import { formatFull } from '../../format/numbers.ts';
import { formatInstant, formatMoment, formatWindow, zoneName } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { liveKey } from '../../live/live-key.ts';
import { api, dataNowMs, overview, serverNowMs, tick, zone } from '../../live/store.ts';
import { setQuery } from '../route.ts';
import { type Span, spanParameters } from '../span.ts';
import { groupKey, groupParameters, passes, ROW_FILTERS, type RowFilter } from '../view-query.ts';
import { cellWords, groupOf, rowColumns, stateOf, timesOf } from './row-words.ts';

const ROWS = 50;
const MOST_ROWS = 1000;
const FILTER_WORDS: Readonly<Record<RowFilter, string>> = {
  all: 'All',
  final: 'Final',
  open: 'Open',
  revised: 'Revised',
};

interface RowsCardProps {
  readonly view: ViewDescription;
  readonly span: Span;
  /** Rows of these alone; of all where none is chosen. */
  readonly groups: readonly Group[];
  readonly filter: RowFilter;
  readonly window: { readonly start: number; readonly end: number } | null;
}

/** Rows as they are stored, the newest first, those of open windows among them. */
export function RowsCard({ view, span, groups, filter, window }: RowsCardProps) {
  void tick.value;
  const [limit, setLimit] = useState(ROWS);
  const range =
    window === null ? spanParameters(span) : spanParameters({ fromMs: window.start, toMs: window.start + 1 });
  const key = `${liveKey(view.name, span)} ${groups.map(groupKey).join()} ${limit} ${range.from} ${range.to}`;
  const answer = useAnswer(key, async () => {
    const asked = { ...range, order: 'latest', open: true, limit };
    const pages = await Promise.all(
      (groups.length === 0 ? [null] : groups).map((group) =>
        api.windows(view.name, { ...asked, ...groupParameters(group) }),
      ),
    );
    const rows = pages.flatMap((page) => page.rows.map((row, i) => ({ row, updatedAt: page.updated_at[i] ?? null })));
    return {
      rows: rows.sort((a, b) => timesOf(b.row).start - timesOf(a.row).start).slice(0, limit),
      hasMore: rows.length > limit || pages.some(({ cursor }) => cursor !== null),
    };
  });
  const { data, problem, isSlow } = answer.value;
  const rows = data?.rows.filter(({ row }) => passes(filter, row)) ?? [];
  return (
    <Card
      view={view}
      title="Rows"
      place="rows"
      what={
        window === null
          ? `newest first${view.window.kind === 'rows' ? '' : '; a click on the chart goes to its window'}`
          : `of ${formatWindow(window.start, window.end, zone.value, dataNowMs())}`
      }
      problem={problem}
      isSlow={isSlow}
      end={
        <span class="inline">
          {window !== null && (
            <button type="button" class="button small quiet" onClick={() => setQuery({ window: null })}>
              All windows
            </button>
          )}
          <fieldset class="segments">
            <legend class="hidden-text">Rows to show</legend>
            {ROW_FILTERS.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === filter}
                onClick={() => setQuery({ rows: one === 'all' ? null : one })}
              >
                {FILTER_WORDS[one]}
              </button>
            ))}
          </fieldset>
        </span>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="table-scroll rows-table" tabIndex={0} aria-label="Table of rows">
        <RowTable view={view} rows={rows} />
        {data !== null && rows.length === 0 && (
          <p class="empty">
            {filter === 'all' ? 'No rows in this range.' : `No ${filter} rows among the newest ${formatFull(limit)}.`}
          </p>
        )}
        {data?.hasMore === true && limit < MOST_ROWS && (
          <button type="button" class="link more" onClick={() => setLimit(Math.min(MOST_ROWS, limit * 4))}>
            Show older rows
          </button>
        )}
      </section>
    </Card>
  );
}

/** The number of a single event tells it from others, and says nothing. */
function groupFields({ window, group_by: by }: ViewDescription): readonly string[] {
  return window.kind === 'rows' ? [] : by;
}

function isText(type: Column['type']): boolean {
  return type === 'string' || type === 'instant';
}

interface TimedRow {
  readonly row: Row;
  /** When it was stored as it stands; null of an open row. */
  readonly updatedAt: number | null;
}

function RowTable({ view, rows }: { readonly view: ViewDescription; readonly rows: readonly TimedRow[] }) {
  const columns = rowColumns(view);
  const hasGroups = groupFields(view).length > 0;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" class="time">
            {view.window.kind === 'rows' ? 'time' : 'window'}, {zoneName(zone.value)}
          </th>
          {hasGroups && (
            <th scope="col" class="group">
              {view.group_by.join(', ')}
            </th>
          )}
          {columns.map(({ name, type }) => (
            <th key={name} scope="col" class={isText(type) ? '' : 'number'}>
              {name}
            </th>
          ))}
          <th scope="col" class="number">
            late
          </th>
          <th scope="col" class="state">
            state
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((timed) => {
          const group = groupOf(timed.row, view.group_by);
          return (
            <RowLine key={`${timesOf(timed.row).start} ${groupKey(group)}`} {...timed} group={group} view={view} />
          );
        })}
      </tbody>
    </table>
  );
}

interface RowLineProps extends TimedRow {
  readonly group: Group;
  readonly view: ViewDescription;
}

function RowLine({ row, updatedAt, group, view }: RowLineProps) {
  const { start, end } = timesOf(row);
  const nowMs = dataNowMs();
  const watermarkMs = overview.value === null ? null : slowestWatermark(overview.value);
  const inZone = zone.value;
  const serverMs = serverNowMs();
  const state = stateOf(row, { start, end, nowMs, watermarkMs, updatedAt, inZone, serverMs });
  const values = row as Readonly<Record<string, unknown>>;
  return (
    <tr>
      <td class="time">
        {end === null && view.window.kind === 'rows'
          ? formatMoment(start, inZone, nowMs, true)
          : formatWindow(start, end ?? start, inZone, nowMs)}
      </td>
      {groupFields(view).length > 0 && (
        <td class="mono group">
          <GroupName values={Object.values(group)} />
        </td>
      )}
      {rowColumns(view).map((column, i) => (
        <td key={column.name} class={isText(column.type) ? 'text' : i === 0 ? 'number' : 'number plain'}>
          <bdi>{cellWords(column, values[column.name])}</bdi>
        </td>
      ))}
      <td class="number plain quiet">{formatFull(row.late_events)}</td>
      <td class="state" {...(updatedAt !== null && { title: `stored ${formatInstant(updatedAt, inZone)}` })}>
        <span class={state.kind === 'final' ? 'chip' : `chip ${state.kind}`}>
          <span>{state.words}</span>
        </span>
      </td>
    </tr>
  );
}
