import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Card } from '../components/card.tsx';
import { GroupName } from '../components/group-name.tsx';
import { formatChange, formatFull } from '../format/numbers.ts';
import { useAnswer } from '../live/answers.ts';
import { calmKey } from '../live/live-key.ts';
import { api } from '../live/store.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { formatOf, whatOf } from './column-words.ts';
import { rankColumn } from './kind.ts';
import { Sparkline } from './sparkline.tsx';
import { numberOf } from './timeline-data.ts';

const ROWS = 7;
const SPARK_POINTS = 24;

/** The greatest groups by a column, each with its own small line, and the rest in one. */
export function TopTable({
  view,
  place,
  column: wanted,
  span,
}: {
  readonly view: ViewDescription;
  readonly place: string;
  readonly column: Column;
  readonly span: Span;
}) {
  const column = rankColumn(view, wanted) ?? wanted;
  // Sorted anew at most each five seconds, so that a row can be read before it moves.
  const answer = useAnswer(`${calmKey(view.name, span)} ${column.name}`, () =>
    api.top(view.name, {
      by: column.name,
      n: ROWS,
      compare: 'previous',
      spark: SPARK_POINTS,
      ...spanParameters(span),
    }),
  );
  const { data, problem, isSlow } = answer.value;
  const format = formatOf(column);
  // Before all time there is nothing to compare with.
  const hasBefore = data?.groups.some(({ before }) => before != null) === true;
  const count = data === null ? 0 : data.groups.length + (data.others?.groups ?? 0);
  const what = count === 0 ? whatOf(view, column) : `top of ${formatFull(count)} groups, by ${column.name}`;
  return (
    <Card view={view} place={place} what={what} problem={problem} isSlow={isSlow}>
      {data !== null && data.groups.length > 0 ? (
        <table>
          <thead>
            <tr>
              <th scope="col" style={{ width: '46%' }}>
                {view.group_by.join(', ')}
              </th>
              <th scope="col" style={{ width: '92px' }}>
                each window
              </th>
              <th scope="col" class="number">
                {column.name}
              </th>
              {hasBefore && (
                <th scope="col" class="number">
                  v. before
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.groups.map(({ group, columns, before, spark }) => {
              const value = numberOf(columns[column.name]);
              return (
                <tr key={JSON.stringify(group)}>
                  <td class="mono">
                    <GroupName values={Object.values(group)} />
                  </td>
                  <td>{spark !== undefined && <Sparkline values={spark} words="last windows" />}</td>
                  <td class="number">{value === null ? 'null' : format(value)}</td>
                  {hasBefore && (
                    <td class="number quiet">{value === null || before == null ? '' : formatChange(value, before)}</td>
                  )}
                </tr>
              );
            })}
            {data.others !== null && data.others.groups > 0 && (
              <tr>
                <td class="quiet">{formatFull(data.others.groups)} others</td>
                <td />
                <td class="number">{data.others.value === null ? '' : format(data.others.value)}</td>
                {hasBefore && <td />}
              </tr>
            )}
          </tbody>
        </table>
      ) : (
        <p class="empty">Waiting for the first row.</p>
      )}
    </Card>
  );
}
