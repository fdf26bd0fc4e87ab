import type { Group } from '../../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { whatOf } from '../../charts/column-words.ts';
import { HeatChart, PercentileChart } from '../../charts/distribution-charts.tsx';
import { GroupLines, StackChart } from '../../charts/group-charts.tsx';
import { chartKind, companionsOf } from '../../charts/kind.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { SessionChart } from '../../charts/session-chart.tsx';
import { StepsChart } from '../../charts/steps-chart.tsx';
import { stepOf } from '../../charts/timeline-data.ts';
import { TopTable } from '../../charts/top-table.tsx';
import { dataNowMs } from '../../live/store.ts';
import { ZOOM } from '../../live/use-span.ts';
import { setQuery } from '../route.ts';
import { type Span, spanBefore } from '../span.ts';

interface MainChartProps {
  readonly view: ViewDescription;
  readonly column: Column | null;
  readonly span: Span;
  readonly groups: readonly Group[];
  readonly compares: boolean;
  readonly windowStart: number | null;
}

const HEIGHT = 300;

/** The one large chart of a view's page: of the groups that are chosen, or of what the view is without them. */
export function MainChart({ view, column, span, groups, compares, windowStart }: MainChartProps) {
  if (view.window.kind === 'rows') return null;
  const shared = { view, place: 'detail', span, height: HEIGHT };
  if (view.window.kind === 'session' || column === null) {
    return <SessionChart {...shared} column={column} title="Sessions" />;
  }
  const before = compares ? spanBefore(span, dataNowMs(), stepOf(view.window)) : null;
  const zoom = {
    ...ZOOM,
    window: windowStart,
    onWindow: (startMs: number) => setQuery({ window: new Date(startMs).toISOString() }),
  };
  const own = { ...shared, column, title: whatOf(view, column) };
  const hint = <span class="hint">drag to zoom, double click to reset</span>;
  if (view.window.kind === 'global') return <TopTable view={view} place="detail" column={column} span={span} />;
  if (column.made_by === 'histogram') return <HeatChart {...own} group={groups[0] ?? null} />;
  if (view.group_by.length > 0) {
    const companions = companionsOf(view, column);
    const [only, second] = groups;
    // Of one group there is all that is known of it: what was expected, what stands out, how it goes on.
    if (only !== undefined && second === undefined && (companions.detector ?? companions.forecast) !== null) {
      return (
        <LineChart
          {...own}
          {...zoom}
          group={only}
          before={before}
          detector={companions.detector?.name ?? null}
          forecast={companions.forecast?.name ?? null}
          end={hint}
        />
      );
    }
    // All groups at once, where they may be stood on each other; else the lines of those that are chosen.
    if (groups.length === 0 && column.combine === 'sum') return <StackChart {...own} {...zoom} end={hint} />;
    return <GroupLines {...own} {...zoom} groups={groups.length === 0 ? null : groups} before={before} end={hint} />;
  }
  switch (chartKind(view, column, 1)) {
    case 'percentiles':
      return <PercentileChart {...own} />;
    case 'steps':
      return <StepsChart {...own} {...zoom} end={hint} />;
    default: {
      const { detector, forecast } = companionsOf(view, column);
      return (
        <LineChart
          {...own}
          {...zoom}
          before={before}
          detector={detector?.name ?? null}
          forecast={forecast?.name ?? null}
          end={hint}
        />
      );
    }
  }
}
