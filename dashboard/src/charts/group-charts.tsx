import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Group } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import type { SeriesAnswer } from '../../../api/schemas/rows.ts';
import { Card } from '../components/card.tsx';
import { nameOf } from '../components/group-words.ts';
import { formatFull } from '../format/numbers.ts';
import { useAnswer } from '../live/answers.ts';
import { greatestGroups } from '../live/greatest-groups.ts';
import { calmKey, liveKey } from '../live/live-key.ts';
import { askSeries, MOST_POINTS, wholeWindows } from '../live/series.ts';
import { api, zone } from '../live/store.ts';
import { useMatches } from '../live/use-matches.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { groupKey } from '../pages/view-query.ts';
import { decimationWords } from './chart-words.ts';
import { groupTokens } from './color-slots.ts';
import { whatOf } from './column-words.ts';
import { EmptyRange } from './empty-range.tsx';
import { isSparseStack, STACKED_GROUPS, stackOf } from './stack-data.ts';
import { StackPlot } from './stack-plot.tsx';
import { gapAfter, lineOf, stepOf } from './timeline-data.ts';
import { shiftPoints } from './tracks.ts';
import { TracksPlot, type Zoom } from './tracks-plot.tsx';

export interface GroupChartProps extends Zoom {
  readonly view: ViewDescription;
  readonly place: string;
  readonly column: Column;
  readonly span: Span;
  readonly height: number;
  readonly title?: string;
  readonly end?: ComponentChildren;
}

/** Groups that can be summed, on top of each other: the four greatest, and the rest as "other". */
export function StackChart({ view, place, column, span, height, title, end, ...zoom }: GroupChartProps) {
  const answer = useAnswer(`${calmKey(view.name, span)} ${column.name}`, async () => {
    // Windows that are left out of one series are not those that are left out of another: a stack has all or none.
    const shown = await wholeWindows(view, column, span);
    const range = spanParameters(shown);
    const top = await api.top(view.name, { by: column.name, n: STACKED_GROUPS + 1, ...range });
    // Five fit without an "other"; of more the four greatest have a colour.
    const isAll = top.groups.length <= STACKED_GROUPS + 1 && (top.others?.groups ?? 0) === 0;
    const groups = top.groups.slice(0, isAll ? STACKED_GROUPS + 1 : STACKED_GROUPS).map(({ group }) => group);
    const [total, ...own] = await Promise.all([
      askSeries(view.name, column.name, shown),
      ...groups.map((group) => askSeries(view.name, column.name, shown, group)),
    ]);
    return { groups, total: total as SeriesAnswer, own, isShortened: shown !== span };
  });
  const { data, problem, isSlow } = answer.value;
  const matches = useMatches(view, span);
  const stepMs = stepOf(view.window);
  const stack = useMemo(() => {
    if (data === null || stepMs === null) return null;
    const points = (series: SeriesAnswer) => lineOf(series, namesOf(column), stepMs).points;
    const layers = data.groups.map((group, i) => ({
      name: nameOf(group),
      points: points(data.own[i] as SeriesAnswer),
    }));
    return stackOf(layers, points(data.total), stepMs);
  }, [data, column.name]);
  return (
    <Card
      view={view}
      place={place}
      what={title === undefined ? whatOf(view, column) : 'the four greatest and the rest'}
      problem={problem}
      isSlow={isSlow}
      {...(title !== undefined && { title })}
      end={end}
    >
      {stack !== null && stack.windows.length > 0 && stepMs !== null ? (
        <StackPlot
          stack={stack}
          tokens={groupTokens(view.name, data?.groups.map(groupKey) ?? [])}
          column={column}
          stepMs={stepMs}
          height={height}
          matches={matches}
          note={data?.isShortened === true ? `the latest ${formatFull(MOST_POINTS)} windows` : null}
          {...zoomOf(zoom)}
        />
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height} />
      )}
    </Card>
  );
}

/** What a stack takes of it: it has no chosen window. */
function zoomOf({ onZoom, onReset, onWindow }: Zoom): Omit<Zoom, 'window'> {
  return {
    ...(onZoom !== undefined && { onZoom }),
    ...(onReset !== undefined && { onReset }),
    ...(onWindow !== undefined && { onWindow }),
  };
}

interface GroupLinesProps extends GroupChartProps {
  /** Null: the greatest. */
  readonly groups: readonly Group[] | null;
  /** The first group in the period before. */
  readonly before?: { readonly fromMs: number; readonly toMs: number } | null;
}

const LINES = 5;

/** A line for each of some groups: they are never summed. */
export function GroupLines({
  view,
  place,
  column,
  span,
  height,
  groups,
  before = null,
  title,
  end,
  ...zoom
}: GroupLinesProps) {
  const asked = groups?.map(groupKey).join() ?? '';
  const answer = useAnswer(
    `${groups === null ? calmKey(view.name, span) : liveKey(view.name, span)} ${column.name} ${asked} ${before?.fromMs}`,
    async () => {
      const chosen = groups ?? (await greatestGroups(view, column, span, LINES));
      const first = chosen[0];
      const [past, ...own] = await Promise.all([
        before === null || first === undefined
          ? null
          : askSeries(view.name, column.name, before, first, { open: false }),
        ...chosen.map((group) => askSeries(view.name, column.name, span, group)),
      ]);
      return { groups: chosen, own: own as SeriesAnswer[], past, before };
    },
  );
  const { data, problem, isSlow } = answer.value;
  const matches = useMatches(view, span, data?.groups ?? []);
  const stepMs = stepOf(view.window);
  const drawn = useMemo(() => {
    if (data === null || stepMs === null) return null;
    const tokens = groupTokens(view.name, data.groups.map(groupKey));
    const points = (series: SeriesAnswer) => lineOf(series, namesOf(column), stepMs).points;
    const tracks = data.groups.map((group, i) => ({
      name: nameOf(group),
      token: tokens[i] as string,
      draw: isStep(column) ? ('steps' as const) : ('line' as const),
      points: points(data.own[i] as SeriesAnswer),
    }));
    const { past, before: of } = data;
    const behind =
      past === null || of === null
        ? null
        : {
            name: `${tracks[0]?.name} before`,
            token: 'borderStrong',
            draw: 'dashed' as const,
            points: shiftPoints(points(past), of.toMs - of.fromMs),
          };
    // Lines would be single points where most windows are empty; bars of what may be summed say more.
    const stack = stackOf(tracks, [], stepMs);
    const isStack = column.combine === 'sum' && behind === null && isSparseStack(stack, stepMs);
    return { tracks, behind, stack: isStack ? stack : null };
  }, [data, column.name, zone.value]);
  const most = data?.own.reduce((a, b) => (b.points_in_all > a.points_in_all ? b : a), data.own[0] as SeriesAnswer);
  const count = drawn?.tracks.length ?? 0;
  return (
    <Card
      view={view}
      place={place}
      what={[
        title === undefined ? `${whatOf(view, column)}: ${count} groups` : `${count} groups`,
        ...(drawn?.behind == null ? [] : [`dashed grey is ${drawn.behind.name}`]),
      ].join('; ')}
      problem={problem}
      isSlow={isSlow}
      {...(title !== undefined && { title })}
      end={end}
    >
      {drawn?.stack != null && stepMs !== null ? (
        <StackPlot
          stack={drawn.stack}
          tokens={drawn.tracks.map(({ token }) => token)}
          column={column}
          stepMs={stepMs}
          height={height}
          matches={matches}
          {...zoomOf(zoom)}
        />
      ) : drawn?.tracks.some(({ points }) => points.length > 0) && stepMs !== null ? (
        <TracksPlot
          tracks={drawn.tracks}
          before={drawn.behind}
          column={column}
          stepMs={stepMs}
          height={height}
          matches={matches}
          xRange={[span.fromMs, span.toMs]}
          gapAfterMs={data?.own.reduce((a, series) => Math.max(a, gapAfter(series, stepMs)), stepMs) ?? stepMs}
          note={
            most === undefined ? null : decimationWords(most.starts.length, most.points_in_all, { isCut: most.cut })
          }
          {...zoom}
        />
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height} />
      )}
    </Card>
  );
}

function isStep({ type, made_by }: Column): boolean {
  return type === 'boolean' || made_by === 'first' || made_by === 'last';
}

function namesOf({ name }: Column) {
  return { value: name, detector: null, forecast: null };
}
