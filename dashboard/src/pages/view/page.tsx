import { useEffect } from 'preact/hooks';
import type { ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { HeatChart, PercentileChart } from '../../charts/distribution-charts.tsx';
import { drawnColumns } from '../../charts/kind.ts';
import { choicesOf, percentilesOf } from '../../charts/percentiles.ts';
import { stepOf } from '../../charts/timeline-data.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { windowWords } from '../../components/ribbon.tsx';
import { formatFull } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { greatestGroups } from '../../live/greatest-groups.ts';
import { calmKey } from '../../live/live-key.ts';
import { api, overview, pipeline } from '../../live/store.ts';
import { spanFor, ZOOM } from '../../live/use-span.ts';
import { pathOf } from '../path.ts';
import { route } from '../route.ts';
import { parseTime, spanParameters } from '../span.ts';
import { parseGroups, parseRowFilter } from '../view-query.ts';
import { GroupPanel } from './group-panel.tsx';
import { LateCard } from './late-card.tsx';
import { MainChart } from './main-chart.tsx';
import { RowsCard } from './rows-card.tsx';
import { DIALECTS, SqlCard } from './sql-card.tsx';
import { Toolbar } from './toolbar.tsx';

/** Rows that a file of the range holds at most: as many as one page of the API. */
const MOST_ROWS = 1000;
const DOWNLOADS = [
  { format: 'csv', words: 'CSV', ending: 'csv' },
  { format: 'jsonl', words: 'JSON Lines', ending: 'jsonl' },
] as const;
const GREATEST_GROUPS = 3;
const PERCENTILES_PX = 190;

/** One view, whole: how it went, its groups, its rows, what came too late for it, and the same in SQL. */
export function ViewPage({ name }: { readonly name: string }) {
  const described = pipeline.value;
  if (described === null || overview.value === null) return <main id="main" aria-busy="true" />;
  const view = described.views.find((one) => one.name === name);
  if (view === undefined) {
    return (
      <main id="main">
        <section class="card">
          <h1 class="page-title">There is no view of this name</h1>
          <p>
            <bdi>{described.name}</bdi> has no view <bdi class="mono">{name}</bdi>.{' '}
            <a href={pathOf({ page: 'views' })}>All views</a>
          </p>
        </section>
      </main>
    );
  }
  return <Detail key={view.name} view={view} />;
}

function Detail({ view }: { readonly view: ViewDescription }) {
  useEffect(resetOnEscape, []);
  const query = route.value.query ?? {};
  const columns = choicesOf(view, drawnColumns(view));
  const column = columns.find(({ name }) => name === query.column) ?? columns[0] ?? null;
  const span = spanFor(view);
  const hasGroups = view.group_by.length > 0 && column !== null && view.window.kind !== 'session';
  const asked = hasGroups ? parseGroups(query.groups, view.group_by) : [];
  const greatest = useAnswer(
    !hasGroups || asked.length > 0 ? null : `${calmKey(view.name, span)} ${column.name}`,
    () => (column === null ? Promise.resolve([]) : greatestGroups(view, column, span, GREATEST_GROUPS)),
  );
  // Until somebody chooses: the greatest. Only `groups=[]` shows none.
  const chosen = query.groups === undefined && hasGroups ? (greatest.value.data ?? []) : asked;
  const window = windowOf(view, parseTime(query.window));
  const dialect = DIALECTS.find((known) => known === query.sql) ?? 'duckdb';
  const compares = query.compare === '1';
  const percentiles = percentilesOf(view)[0]?.[0]?.column;
  const histogram = view.columns.find(({ made_by }) => made_by === 'histogram');
  return (
    <main id="main" class="view-main">
      <div class="view-head">
        <div class="title-line">
          <span class="what">
            <a href={pathOf({ page: 'views' })}>Views</a> /
          </span>
          <h1 class="page-title">{view.name}</h1>
          {chipsOf(view).map((words) => (
            <span key={words} class="chip">
              {words}
            </span>
          ))}
          <span class="end">
            {DOWNLOADS.map(({ format, words, ending }) => (
              <a
                key={format}
                class="button"
                href={api.rowsUrl(view.name, { ...spanParameters(span), format, order: 'latest', limit: MOST_ROWS })}
                download={`${view.name}.${ending}`}
                title={`The newest ${formatFull(MOST_ROWS)} rows of the range at most`}
              >
                {words}
              </a>
            ))}
            <CopyButton words="Copy link" text={() => location.href} />
          </span>
        </div>
        <Toolbar
          view={view}
          columns={columns}
          column={column}
          span={span}
          compares={compares}
          says={saysOf(view, hasGroups ? chosen.length : null)}
        />
      </div>
      <div class={hasGroups ? 'view-page with-groups' : 'view-page'}>
        {hasGroups && <GroupPanel view={view} column={column} span={span} chosen={chosen} />}
        <div class="view-cards">
          <MainChart
            view={view}
            column={column}
            span={span}
            groups={chosen}
            compares={compares}
            windowStart={window?.start ?? null}
          />
          <RowsCard view={view} span={span} groups={chosen} filter={parseRowFilter(query.rows)} window={window} />
          <LateCard view={view} window={window} />
          {percentiles !== undefined && column?.made_by !== 'quantile' && (
            <PercentileChart
              view={view}
              place="half"
              column={percentiles}
              span={span}
              height={PERCENTILES_PX}
              group={chosen[0] ?? null}
              title="Percentiles"
            />
          )}
          {percentiles === undefined && histogram !== undefined && column?.made_by !== 'histogram' && (
            <HeatChart
              view={view}
              place="half"
              column={histogram}
              span={span}
              height={PERCENTILES_PX}
              group={chosen[0] ?? null}
              title="Histogram"
            />
          )}
          <SqlCard view={view} dialect={dialect} />
        </div>
      </div>
    </main>
  );
}

function windowOf(
  view: ViewDescription,
  start: number | null,
): { readonly start: number; readonly end: number } | null {
  const { size_ms: size }: Readonly<Record<string, unknown>> = view.window;
  if (start === null) return null;
  return { start, end: start + (typeof size === 'number' ? size : (stepOf(view.window) ?? 0)) };
}

function chipsOf(view: ViewDescription): readonly string[] {
  if (view.window.kind === 'rows') {
    return [view.pattern === undefined ? 'each event is a row' : `each match of ${view.pattern.name} is a row`];
  }
  const window = windowWords(view.words);
  const by = view.group_by.length === 0 ? [] : [`by ${view.group_by.join(', ')}`];
  const lateness = view.allowed_lateness_ms === 0 ? [] : [`revisable for ${formatDuration(view.allowed_lateness_ms)}`];
  return [window, ...by, ...lateness];
}

function saysOf(view: ViewDescription, shown: number | null): string {
  const rows = overview.value?.views[view.name]?.rows ?? 0;
  const groups = shown === null ? '' : `; ${shown} ${shown === 1 ? 'group is' : 'groups are'} drawn`;
  return `${formatFull(rows)} rows are stored${groups}.`;
}

function resetOnEscape(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key === 'Escape') ZOOM.onReset();
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}
