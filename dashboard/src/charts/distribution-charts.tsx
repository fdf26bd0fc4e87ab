import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Group } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Card } from '../components/card.tsx';
import { nameOf } from '../components/group-words.ts';
import { useAnswer } from '../live/answers.ts';
import { liveKey } from '../live/live-key.ts';
import { askSeries, MOST_POINTS } from '../live/series.ts';
import { api } from '../live/store.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { decimationWords } from './chart-words.ts';
import { formatOf, whatOf } from './column-words.ts';
import { EmptyRange } from './empty-range.tsx';
import { heatMapOf } from './heat-data.ts';
import { HeatPlot, HeatScale } from './heat-plot.tsx';
import { familyOf, type Percentile, percentilesOf, strokeOf } from './percentiles.ts';
import { gapAfter, lineOf, stepOf } from './timeline-data.ts';
import { TracksPlot } from './tracks-plot.tsx';

interface DistributionProps {
  readonly view: ViewDescription;
  readonly place: string;
  readonly column: Column;
  readonly span: Span;
  readonly height: number;
  /** Of a view with groups; null takes the greatest. */
  readonly group?: Group | null;
  readonly title?: string;
  readonly end?: ComponentChildren;
}

/** Percentiles of one thing in one chart, in one hue. */
export function PercentileChart({ view, place, column, span, height, group = null, title, end }: DistributionProps) {
  const family = familyOf(view, column);
  const answer = useSeries(view, family.map(({ column: one }) => one.name).join(','), span, group);
  const { data, problem, isSlow } = answer.value;
  const stepMs = stepOf(view.window);
  const tracks = useMemo(
    () =>
      data === null || stepMs === null
        ? []
        : family.map(({ column: { name: of }, q, name }) => ({
            name,
            token: 'accent',
            draw: strokeOf(q),
            points: lineOf(data.answer, { value: of, detector: null, forecast: null }, stepMs).points,
          })),
    [data, stepMs],
  );
  const of = data?.group == null ? '' : ` of ${nameOf(data.group)}`;
  const what =
    title === undefined
      ? `percentiles${of}, ${whatOf(view, column)}`
      : `${family.map(({ name }) => name).join(', ')}${of}`;
  return (
    <Card
      view={view}
      place={place}
      what={what}
      problem={problem}
      isSlow={isSlow}
      end={end}
      {...(title !== undefined && { title })}
    >
      {data !== null && data.answer.starts.length > 0 && stepMs !== null ? (
        <TracksPlot
          tracks={tracks}
          column={column}
          stepMs={stepMs}
          height={height}
          mayBeLogarithmic
          gapAfterMs={gapAfter(data.answer, stepMs)}
          note={decimationWords(data.answer.starts.length, data.answer.points_in_all, { isCut: data.answer.cut })}
        />
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height} />
      )}
    </Card>
  );
}

/** A histogram of each window, with the percentiles of the view over it. */
export function HeatChart({ view, place, column, span, height, group = null, title, end }: DistributionProps) {
  const over = linesOver(view);
  const names = [column.name, ...over.map(({ column: one }) => one.name)].join(',');
  const answer = useSeries(view, names, span, group, true);
  const { data, problem, isSlow } = answer.value;
  const stepMs = stepOf(view.window);
  const drawn = useMemo(() => {
    if (data === null || stepMs === null) return null;
    const lines = over.map(({ column: { name: of }, name }, i) => ({
      name,
      token: LINE_TOKENS[i] ?? 'text',
      points: lineOf(data.answer, { value: of, detector: null, forecast: null }, stepMs).points,
    }));
    return { map: heatMapOf(data.answer, column.name), lines };
  }, [data, stepMs]);
  const format = formatOf(over[0]?.column ?? column);
  return (
    <Card
      view={view}
      place={place}
      what={[
        ...(title === undefined ? [whatOf(view, column)] : []),
        ...(data?.group == null ? [] : [nameOf(data.group)]),
      ].join(': ')}
      problem={problem}
      isSlow={isSlow}
      end={
        <>
          {drawn !== null && drawn.map.greatest > 0 && <HeatScale greatest={drawn.map.greatest} />}
          {end}
        </>
      }
      {...(title !== undefined && { title })}
    >
      {drawn !== null && drawn.map.columns.length > 0 && stepMs !== null ? (
        <HeatPlot
          map={drawn.map}
          lines={drawn.lines}
          format={format}
          stepMs={stepMs}
          height={height}
          note={
            data === null
              ? null
              : decimationWords(data.answer.starts.length, data.answer.points_in_all, { isCut: data.answer.cut })
          }
        />
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height} />
      )}
    </Card>
  );
}

const LINE_TOKENS = ['text', 'series2'];

/** The middle and a high percentile: more would hide the map. */
function linesOver(view: ViewDescription): readonly Percentile[] {
  const family = percentilesOf(view)[0] ?? [];
  const [middle, high] = [family.find(({ q }) => q === 0.5), family.find(({ q }) => q === 0.95)];
  return [middle, high].filter((one) => one !== undefined);
}

/** A distribution cannot be summed over groups by the API: of a view with groups it is the one chosen, or the latest. */
function useSeries(view: ViewDescription, names: string, span: Span, group: Group | null, isMap = false) {
  const key = `${liveKey(view.name, span)} ${names} ${JSON.stringify(group)}`;
  return useAnswer(key, async () => {
    const of =
      group ??
      (view.group_by.length === 0
        ? null
        : ((await api.groups(view.name, { limit: 1, ...spanParameters(span) })).groups[0] ?? null));
    const answer = await askSeries(view.name, names, span, of);
    const [last, stepMs] = [answer.starts.at(-1), stepOf(view.window)];
    if (!isMap || last === undefined || stepMs === null || answer.points_in_all <= answer.starts.length) {
      return { group: of, answer };
    }
    // A map with windows left out would be full of holes: it shows the latest ones, all of them.
    const latest = { fromMs: last - (MOST_POINTS - 1) * stepMs, toMs: span.toMs };
    return { group: of, answer: await askSeries(view.name, names, latest, of) };
  });
}
