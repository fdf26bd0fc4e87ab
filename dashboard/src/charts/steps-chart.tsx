import { useMemo } from 'preact/hooks';
import { Card } from '../components/card.tsx';
import { useAnswer } from '../live/answers.ts';
import { liveKey } from '../live/live-key.ts';
import { askSeries } from '../live/series.ts';
import { decimationWords } from './chart-words.ts';
import { whatOf } from './column-words.ts';
import { EmptyRange } from './empty-range.tsx';
import type { GroupChartProps } from './group-charts.tsx';
import { gapAfter, lineOf, stepOf } from './timeline-data.ts';
import { TracksPlot } from './tracks-plot.tsx';

/** A truth, or the first or last value of a window: it holds until the next one says otherwise. */
export function StepsChart({ view, place, column, span, height, title, end, ...zoom }: GroupChartProps) {
  const answer = useAnswer(`${liveKey(view.name, span)} ${column.name}`, () => askSeries(view.name, column.name, span));
  const { data, problem, isSlow } = answer.value;
  const stepMs = stepOf(view.window);
  const tracks = useMemo(() => {
    if (data === null || stepMs === null) return [];
    const { points } = lineOf(data, { value: column.name, detector: null, forecast: null }, stepMs);
    return [{ name: column.name, token: 'accent', draw: 'steps' as const, points }];
  }, [data, column.name]);
  return (
    <Card
      view={view}
      place={place}
      what={title === undefined ? whatOf(view, column) : ''}
      problem={problem}
      isSlow={isSlow}
      end={end}
      {...(title !== undefined && { title })}
    >
      {data !== null && data.starts.length > 0 && stepMs !== null ? (
        <TracksPlot
          tracks={tracks}
          column={column}
          stepMs={stepMs}
          height={height}
          xRange={[span.fromMs, span.toMs]}
          gapAfterMs={gapAfter(data, stepMs)}
          note={decimationWords(data.starts.length, data.points_in_all, { isCut: data.cut })}
          {...zoom}
        />
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height} />
      )}
    </Card>
  );
}
