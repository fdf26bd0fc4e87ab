import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Icon } from '../components/icon.tsx';
import { formatBytes, formatFull } from '../format/numbers.ts';
import { formatClock, formatDate } from '../format/times.ts';
import { dataNowMs, overview, pipeline, zone } from '../live/store.ts';
import { pathOf } from './path.ts';

/** All views, each with what it is and how far it has come. */
export function ViewListPage() {
  const views = pipeline.value?.views ?? [];
  return (
    <main id="main" aria-busy={pipeline.value === null}>
      <section class="card" aria-labelledby="views-title">
        <header>
          <h1 id="views-title" class="page-title">
            Views
          </h1>
          <span class="what">{formatFull(views.length)} in the order of the definition</span>
        </header>
        <div class="table-scroll">
          <table class="views">
            <thead>
              <tr>
                <th scope="col">view</th>
                <th scope="col">windows and groups</th>
                <th scope="col">of</th>
                <th scope="col">columns</th>
                <th scope="col" class="number">
                  closed up to
                </th>
                <th scope="col" class="number">
                  open windows
                </th>
                <th scope="col" class="number">
                  rows
                </th>
                <th scope="col" class="number">
                  state
                </th>
                <th scope="col">health</th>
              </tr>
            </thead>
            <tbody>
              {views.map((view) => (
                <ViewLine key={view.name} view={view} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </main>
  );
}

function ViewLine({ view }: { readonly view: ViewDescription }) {
  const state = overview.value?.views[view.name];
  const why = overview.value?.unknown ?? {};
  const columns = view.columns.filter(({ role }) => role === 'aggregate' || role === 'derived').map(({ name }) => name);
  return (
    <tr>
      <td>
        <a href={pathOf({ page: 'views', name: view.name })}>{view.name}</a>
      </td>
      <td title={view.words}>{view.words}</td>
      <td class="mono">{view.source.map(({ name }) => name).join(', ')}</td>
      <td class="mono" title={columns.join(', ')}>
        {columns.join(', ')}
      </td>
      <td class="number purple plain">{closedWords(state?.closed_up_to ?? null)}</td>
      <td class="number" title={why['views.open_windows']}>
        {state?.open_windows == null ? 'not known' : formatFull(state.open_windows)}
      </td>
      <td class="number" title={why['views.rows']}>
        {state === undefined ? 'not known' : formatFull(state.rows)}
      </td>
      <td class="number quiet" title={why['views.state_bytes']}>
        {state?.state_bytes == null ? 'not known' : formatBytes(state.state_bytes)}
      </td>
      <td>
        {state?.stuck == null ? (
          'well'
        ) : (
          <span class="chip critical">
            <Icon name="critical" size={11} /> does not close
          </span>
        )}
      </td>
    </tr>
  );
}

function closedWords(ms: number | null): string {
  if (ms === null) return 'none yet';
  const date = formatDate(ms, zone.value);
  const clock = formatClock(ms, zone.value, true);
  return date === formatDate(dataNowMs(), zone.value) ? clock : `${date} ${clock}`;
}
