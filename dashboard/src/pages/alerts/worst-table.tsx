import type { Incident } from '../../../../api/schemas/alerts.ts';
import type { Group, Scalar } from '../../../../api/schemas/common.ts';
import type { SeriesAnswer } from '../../../../api/schemas/rows.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { numberOf, stepOf } from '../../charts/timeline-data.ts';
import { GroupName } from '../../components/group-name.tsx';
import { formatCount, formatFull } from '../../format/numbers.ts';
import { formatClock, formatWindow } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, pipeline, zone } from '../../live/store.ts';
import { pathOf } from '../path.ts';
import { spanParameters } from '../span.ts';
import { groupParameters } from '../view-query.ts';
import type { Entry } from './sections.ts';
import { columnOfRule } from './words.ts';
import { valuesByStep } from './worst-lines.ts';

const WINDOWS_AROUND = 12;

interface Around {
  readonly column: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** What a line shows: the watched column some windows before and after the one that opened it. Null where that is not known. */
function aroundOf({ view: name, rule, from }: Incident): Around | null {
  const view = pipeline.value?.views.find((one) => one.name === name);
  const column = view === undefined ? undefined : columnOfRule(view, rule);
  const stepMs = view === undefined ? null : stepOf(view.window);
  if (column === undefined || stepMs === null) return null;
  const [fromMs, toMs] = [from - WINDOWS_AROUND * stepMs, from + (WINDOWS_AROUND + 1) * stepMs];
  return { column: column.name, fromMs, toMs, stepMs };
}

async function askLine(view: string, group: Group, around: Around): Promise<readonly (number | null)[]> {
  const answer: SeriesAnswer = await api.series(view, {
    columns: around.column,
    open: false,
    ...spanParameters(around),
    ...groupParameters(group),
  });
  return valuesByStep(answer.starts, (answer.columns[around.column] ?? []).map(numberOf), around);
}

interface WorstTableProps {
  readonly entry: Entry;
  /** Of the chosen one each group has a small line: they are as many questions. */
  readonly isShown: boolean;
}

/** The worst groups of a storm: what was found, what was expected, how it went, and whether it is over. */
export function WorstTable({ entry: { lead, worst, groups }, isShown }: WorstTableProps) {
  const around = aroundOf(lead);
  const lines = useAnswer(isShown && around !== null ? `worst ${lead.id} ${around.column}` : null, () =>
    Promise.all(worst.map(({ group }) => askLine(lead.view, group, around as Around))),
  ).value.data;
  const hasLines = isShown && around !== null;
  const hasValues = worst.some(({ value }) => value != null);
  const fields = Object.keys(worst[0]?.group ?? {}).join(', ');
  return (
    <div class="worst">
      <h3>
        Worst {formatFull(worst.length)} <span>of {formatFull(groups)}</span>
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{fields}</th>
            {hasValues && (
              <>
                <th scope="col" class="number">
                  value
                </th>
                <th scope="col" class="number">
                  expected
                </th>
                <th scope="col" class="number">
                  score
                </th>
              </>
            )}
            {hasLines && (
              <th scope="col" style={{ width: '128px', whiteSpace: 'nowrap' }}>
                {formatWindow(around.fromMs, around.toMs, zone.value, around.fromMs)}
              </th>
            )}
            <th scope="col">{hasValues ? 'now' : 'reason'}</th>
          </tr>
        </thead>
        <tbody>
          {worst.map(({ group, reason, value, lower, upper, score, until }, i) => (
            <tr key={JSON.stringify(group)}>
              <td class="mono">
                <GroupName values={Object.values(group) as readonly Scalar[]} />
              </td>
              {hasValues && (
                <>
                  <td class="number">{value == null ? 'not known' : formatFull(value)}</td>
                  <td class="number quiet">
                    {lower == null || upper == null ? '' : `${formatCount(lower)} to ${formatCount(upper)}`}
                  </td>
                  <td class="number quiet">{score == null ? '' : score.toFixed(4)}</td>
                </>
              )}
              {hasLines && (
                <td>
                  <Sparkline values={lines?.[i] ?? []} words={`${around.column} before and after`} />
                </td>
              )}
              <td title={reason}>
                {until != null ? (
                  <span class="chip">recovered {formatClock(until, zone.value)}</span>
                ) : hasValues ? (
                  <span class="chip warning">still on</span>
                ) : (
                  <bdi>{reason}</bdi>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups > worst.length && (
        <a href={pathOf({ page: 'views', name: lead.view, query: { window: String(lead.from) } })}>
          All {formatFull(groups)} groups in their window
        </a>
      )}
    </div>
  );
}
