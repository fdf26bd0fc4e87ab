import type { Incident } from '../../../../api/schemas/alerts.ts';
import type { ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { stepOf } from '../../charts/timeline-data.ts';
import { GroupName } from '../../components/group-name.tsx';
import { formatShare } from '../../format/numbers.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, pipeline } from '../../live/store.ts';
import { spanParameters } from '../span.ts';
import { type Breakdown, breakdownsOf, type Standout, standoutsOf } from './standouts.ts';

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
  const keys = breakdowns.map(({ view: { name }, column }) => `${name} ${column.name}`);
  const { data } = useAnswer(stepMs === null ? null : `standouts ${keys.join()} ${incident.from}`, () =>
    Promise.all(breakdowns.map((breakdown) => askStandouts(breakdown, incident.from, stepMs ?? 0))),
  ).value;
  if (breakdowns.length === 0 || data === null) return null;
  const isNone = data.every((found) => found.length === 0);
  return (
    <>
      <h3>Which groups stand out</h3>
      {isNone && (
        <p class="what">
          None, by {breakdowns.map(({ view: { group_by: by } }) => by.join(' and ')).join(' or ')}: the shares are as in
          the {USUAL_WINDOWS} windows before.
        </p>
      )}
      {breakdowns.map((breakdown, i) => (
        <BreakdownList key={breakdown.view.name} breakdown={breakdown} found={data[i] ?? []} />
      ))}
    </>
  );
}

async function askStandouts({ view, column }: Breakdown, fromMs: number, stepMs: number): Promise<readonly Standout[]> {
  const ask = (from: number, to: number) =>
    api.top(view.name, { by: column.name, n: MOST_GROUPS, ...spanParameters({ fromMs: from, toMs: to }) });
  const [now, past] = await Promise.all([ask(fromMs, fromMs + stepMs), ask(fromMs - USUAL_WINDOWS * stepMs, fromMs)]);
  return standoutsOf(now, past, column.name);
}

interface BreakdownListProps {
  readonly breakdown: Breakdown;
  readonly found: readonly Standout[];
}

function BreakdownList({ breakdown: { view, column }, found }: BreakdownListProps) {
  if (found.length === 0) return null;
  const greatest = found.reduce((most, { share, before }) => Math.max(most, share, before), 0);
  return (
    <section class="standouts" aria-label={`Groups of ${view.name} that stand out`}>
      <p class="what">
        {view.group_by.join(', ')}, share of the {column.name} in this window, and in the {USUAL_WINDOWS} windows before
      </p>
      <ul>
        {found.map(({ group, share, before }) => (
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
