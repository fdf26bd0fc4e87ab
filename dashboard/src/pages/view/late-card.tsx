import type { ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { Card } from '../../components/card.tsx';
import { formatBytes, formatFull } from '../../format/numbers.ts';
import { formatClock, formatDuration, formatWindow } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, dataNowMs, overview, zone } from '../../live/store.ts';
import { pathOf } from '../path.ts';

interface LateCardProps {
  readonly view: ViewDescription;
  readonly window: { readonly start: number; readonly end: number } | null;
}

const SHOWN = 7;

/** Events that came too late for a window of the view. */
export function LateCard({ view, window }: LateCardProps) {
  const version = overview.value?.views[view.name]?.version ?? 0;
  const late = overview.value?.counters.late ?? 0;
  const answer = useAnswer(`${view.name} ${window?.start} ${version} ${late}`, () =>
    api.sideOutputs('late', {
      view: view.name,
      limit: SHOWN,
      window: window === null ? null : new Date(window.start).toISOString(),
    }),
  );
  const { data, problem, isSlow } = answer.value;
  const inZone = zone.value;
  const of = window === null ? '' : ` of ${formatWindow(window.start, window.end, inZone, dataNowMs())}`;
  const revision = window === null ? 0 : (overview.value?.views[view.name]?.cells[window.start]?.revision ?? 0);
  const query = {
    kind: 'late',
    view: view.name,
    ...(window !== null && { window: new Date(window.start).toISOString() }),
  };
  return (
    <Card
      view={view}
      title={`Late events${of}`}
      place="late"
      what=""
      problem={problem}
      isSlow={isSlow}
      end={revision > 1 && <span class="chip revised">r{revision}</span>}
    >
      <p class="what">
        {window === null
          ? `The latest that missed a window of this view.${view.window.kind === 'rows' ? '' : ' A click on the chart shows those of one window.'}`
          : (data?.items.length ?? 0) > 0 && 'They came after it was settled, and are not in its rows.'}
        {revision > 1 && ` Late events that were still allowed revised it ${formatFull(revision - 1)} times.`}
      </p>
      {data !== null && data.items.length > 0 ? (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">event time</th>
                <th scope="col" class="number">
                  on its way
                </th>
                <th scope="col">stream</th>
                <th scope="col" class="number">
                  size
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((item) => (
                <tr key={item.id} title={item.detail}>
                  <td>{item.event_time === null ? 'not known' : formatClock(item.event_time, inZone, true)}</td>
                  <td class="number plain">
                    {item.arrived === null || item.event_time === null
                      ? 'not known'
                      : formatDuration(item.arrived - item.event_time)}
                  </td>
                  <td class="mono">{item.stream}</td>
                  <td class="number plain">{formatBytes(item.bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <a href={pathOf({ page: 'events', query })}>
            {data.cursor === null
              ? `All ${formatFull(data.items.length)} with raw bytes`
              : 'All of them with raw bytes'}
          </a>
        </>
      ) : (
        data !== null && (
          <p class="empty">No event missed {window === null ? 'a window of this view' : 'this window'}.</p>
        )
      )}
    </Card>
  );
}
