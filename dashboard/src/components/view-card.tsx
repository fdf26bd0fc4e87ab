import { useState } from 'preact/hooks';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { HeatChart, PercentileChart } from '../charts/distribution-charts.tsx';
import { EventList } from '../charts/event-list.tsx';
import { GroupLines, StackChart } from '../charts/group-charts.tsx';
import { chartKind, companionsOf, drawnColumns } from '../charts/kind.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { choicesOf, choiceWords } from '../charts/percentiles.ts';
import { SessionChart } from '../charts/session-chart.tsx';
import { StepsChart } from '../charts/steps-chart.tsx';
import { TopTable } from '../charts/top-table.tsx';
import { groupsIn } from '../live/groups-in.ts';
import { spanFor, ZOOM } from '../live/use-span.ts';
import { isWall } from '../live/wall.ts';
import { Card } from './card.tsx';
import { laneCount } from './ribbon.tsx';

/** Of the charts: what a card of its place leaves below its header. */
const HEIGHTS = { main: 220, other: 160 } as const;
/** On a wall: of what is around the charts, and of each lane of windows above them. */
const WALL_AROUND_PX = 480;
const WALL_LANE_PX = 139;

/** A view on the overview: the chart that its columns ask for. */
export function ViewCard({ view, place }: { readonly view: ViewDescription; readonly place: string }) {
  const columns = choicesOf(view, drawnColumns(view));
  const [chosen, choose] = useState(columns[0]?.name ?? '');
  const column = columns.find(({ name }) => name === chosen) ?? columns[0];
  const span = spanFor(view);
  const height = isWall.value ? wallHeight() : place === 'main' || place === 'side' ? HEIGHTS.main : HEIGHTS.other;
  if (view.window.kind === 'session') {
    return <SessionChart view={view} place={place} column={column ?? null} span={span} height={height} />;
  }
  if (view.window.kind === 'rows') return <EventList view={view} place={place} />;
  if (column === undefined) {
    return (
      <Card view={view} place={place} what={view.words}>
        <p class="empty">This view has no column with a number to draw. Its rows are a click away.</p>
      </Card>
    );
  }
  const end = columns.length > 1 && (
    <Switch view={view} columns={columns} chosen={column.name} choose={choose} most={place === 'main' ? 4 : 1} />
  );
  const shared = { view, place, column, span, height, end };
  switch (chartKind(view, column, groupsIn(view.name))) {
    case 'top':
      return <TopTable view={view} place={place} column={column} span={span} />;
    case 'stack':
      return <StackChart {...shared} {...ZOOM} />;
    case 'lines':
      return <GroupLines {...shared} groups={null} {...ZOOM} />;
    case 'heatMap':
      return <HeatChart {...shared} />;
    case 'percentiles':
      return <PercentileChart {...shared} />;
    case 'steps':
      return view.group_by.length === 0 ? (
        <StepsChart {...shared} {...ZOOM} />
      ) : (
        <GroupLines {...shared} groups={null} {...ZOOM} />
      );
    default: {
      const { detector, forecast } = companionsOf(view, column);
      return <LineChart {...shared} detector={detector?.name ?? null} forecast={forecast?.name ?? null} {...ZOOM} />;
    }
  }
}

/** So that the row of charts ends where the wall does. */
function wallHeight(): number {
  return Math.max(HEIGHTS.main, innerHeight - WALL_AROUND_PX - WALL_LANE_PX * laneCount());
}

interface SwitchProps {
  readonly view: ViewDescription;
  /** Above so many they are a list, for their names would fill the header. */
  readonly most: number;
  readonly columns: readonly Column[];
  readonly chosen: string;
  readonly choose: (name: string) => void;
}

export function Switch({ view, columns, chosen, choose, most }: SwitchProps) {
  if (columns.length > most) {
    return (
      <select
        class="button small"
        aria-label="Column"
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {columns.map((column) => (
          <option key={column.name} value={column.name}>
            {choiceWords(view, column)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <fieldset class="segments">
      <legend class="hidden-text">Column</legend>
      {columns.map((column) => (
        <button
          key={column.name}
          type="button"
          aria-pressed={column.name === chosen}
          onClick={() => choose(column.name)}
        >
          {choiceWords(view, column)}
        </button>
      ))}
    </fieldset>
  );
}
