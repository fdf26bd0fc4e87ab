import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Card } from '../components/card.tsx';
import { formatMoment, zoneName } from '../format/times.ts';
import { useAnswer } from '../live/answers.ts';
import { api, dataNowMs, overview, zone } from '../live/store.ts';
import { cellWords, timesOf } from '../pages/view/row-words.ts';

const ROWS = 7;
const MOST_COLUMNS = 3;

/** The newest rows of a view whose rows are single events or matches: there is nothing to draw a line of. */
export function EventList({ view, place }: { readonly view: ViewDescription; readonly place: string }) {
  const version = overview.value?.views[view.name]?.version ?? 0;
  const answer = useAnswer(`${view.name} ${version}`, () => api.windows(view.name, { order: 'latest', limit: ROWS }));
  const { data, problem, isSlow } = answer.value;
  const { pattern } = view;
  const chosen = view.columns.filter(({ role }) => role === 'derived');
  // What it is of, and then why.
  const columns = chosen
    .toSorted((a, b) => Number(a.name === pattern?.reason) - Number(b.name === pattern?.reason))
    .slice(-MOST_COLUMNS);
  const what =
    pattern === undefined ? 'events as they are, the newest first' : `matches of ${pattern.name}, the newest first`;
  return (
    <Card view={view} place={place} what={what} problem={problem} isSlow={isSlow}>
      {data !== null && data.rows.length > 0 ? (
        <table>
          <thead>
            <tr>
              <th scope="col" style={{ width: '88px' }}>
                time, {zoneName(zone.value)}
              </th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" {...(name === pattern?.reason && { style: { width: '52%' } })}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row) => {
              const values = row as Readonly<Record<string, unknown>>;
              return (
                <tr key={String(values.row_id)}>
                  <td>{formatMoment(timesOf(row).start, zone.value, dataNowMs(), true)}</td>
                  {columns.map((column) => {
                    const words = cellWords(column, values[column.name]);
                    return (
                      <td key={column.name} title={words}>
                        <bdi>{words}</bdi>
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : (
        <p class="empty">{pattern === undefined ? 'Waiting for the first row.' : 'Nothing has matched yet.'}</p>
      )}
    </Card>
  );
}
