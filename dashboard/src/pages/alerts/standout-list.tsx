import type { Incident } from '../../../../api/schemas/alerts.ts';
import type { ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { stepOf } from '../../charts/timeline-data.ts';
import { GroupName } from '../../components/group-name.tsx';
import { formatShare } from '../../format/numbers.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, pipeline } from '../../live/store.ts';
import { spanParameters } from '../span.ts';
import { type Breakdown, breakdownsOf, standoutsOf } from './standouts.ts';

/** Windows before the one that opened the incident: what is usual. */
const USUAL_WINDOWS = 24;
const MOST_GROUPS = 100;

interface StandoutsProps {
  readonly view: ViewDescription;
  readonly watched: string;
  readonly incident: Incident;
}

/** Which groups of other views made up more of the window than before: where to look for the cause. */
export function Standouts({ view, watched, incident }: StandoutsProps) {
  const stepMs = stepOf(view.window);
  const isOfAll = Object.keys(incident.group).length === 0 && incident.groups === 1;
  const breakdowns = isOfAll && stepMs !== null ? breakdownsOf(view, watched, pipeline.value?.views ?? []) : [];
  if (breakdowns.length === 0 || stepMs === null) return null;
  return (
    <>
      <h3>Which groups stand out</h3>
      {breakdowns.map((breakdown) => (
        <BreakdownList key={breakdown.view.name} breakdown={breakdown} fromMs={incident.from} stepMs={stepMs} />
      ))}
    </>
  );
}

interface BreakdownListProps {
  readonly breakdown: Breakdown;
  readonly fromMs: number;
  readonly stepMs: number;
}

function BreakdownList({ breakdown: { view, column }, fromMs, stepMs }: BreakdownListProps) {
  const { data } = useAnswer(`standouts ${view.name} ${column.name} ${fromMs}`, async () => {
    const ask = (from: number, to: number) =>
      api.top(view.name, { by: column.name, n: MOST_GROUPS, ...spanParameters({ fromMs: from, toMs: to }) });
    const [now, past] = await Promise.all([ask(fromMs, fromMs + stepMs), ask(fromMs - USUAL_WINDOWS * stepMs, fromMs)]);
    return standoutsOf(now, past, column.name);
  }).value;
  const greatest = (data ?? []).reduce((most, { share, before }) => Math.max(most, share, before), 0);
  return (
    <section class="standouts" aria-label={`Groups of ${view.name} that stand out`}>
      <p class="what">
        {view.group_by.join(', ')}, share of the {column.name} in this window, and in the {USUAL_WINDOWS} windows before
      </p>
      {data !== null && data.length === 0 && <p>None: the shares are as they were.</p>}
      <ul>
        {(data ?? []).map(({ group, share, before }) => (
          <li key={JSON.stringify(group)}>
            <span class="mono">
              <GroupName values={Object.values(group)} />
            </span>
            <span class="bar-of-share" aria-hidden="true">
              <i style={{ width: `${(100 * share) / greatest}%` }} />
              <b style={{ left: `${(100 * before) / greatest}%` }} />
            </span>
            <span class="number">{formatShare(share)}</span>
            <span class="number quiet">before {formatShare(before)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
