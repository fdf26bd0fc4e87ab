import type { Incident } from '../../../../api/schemas/alerts.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { formatOf } from '../../charts/column-words.ts';
import { companionsOf } from '../../charts/kind.ts';
import { lineOf, namesOf, stepOf } from '../../charts/timeline-data.ts';
import { formatClock, formatWindow } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, dataNowMs, overview, zone } from '../../live/store.ts';
import { HEIGHT, layoutChart, type Placed, WIDTH } from './chart-layout.ts';

const HOUR = 3_600_000;
/** Of long windows an hour would hold one. */
const LEAST_WINDOWS = 8;

interface IncidentChartProps {
  readonly view: ViewDescription;
  readonly column: Column;
  readonly incident: Incident;
}

/** The watched column before and after the window that opened the incident, an hour each or more, with what was expected. */
export function IncidentChart({ view, column, incident }: IncidentChartProps) {
  const stepMs = stepOf(view.window);
  const columns = { value: column.name, detector: companionsOf(view, column).detector?.name ?? null, forecast: null };
  const around = Math.max(HOUR, LEAST_WINDOWS * (stepMs ?? 0));
  const [from, to] = [incident.from - around, incident.from + around];
  const version = overview.value?.views[view.name]?.version ?? 0;
  const { data } = useAnswer(`${incident.id} ${column.name} ${version}`, () =>
    api.series(view.name, {
      columns: namesOf(columns),
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...groupParameters(incident),
    }),
  ).value;
  if (stepMs === null) return null;
  const format = formatOf(column);
  const layout = data === null ? null : layoutChart(lineOf(data, columns, stepMs), from, to, stepMs);
  const at = layout?.placed.find(({ point }) => point.start === incident.from);
  const words = `${column.name} of ${view.name}, ${formatWindow(from, to, zone.value, dataNowMs())}: ${
    at === undefined
      ? 'no row of the window that opened it'
      : `${format(at.point.value as number)} in the window that opened it`
  }.`;
  return (
    <svg class="incident-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      {layout !== null && (
        <>
          {layout.ticks.map(({ value, y }) => (
            <g key={value}>
              <line
                x1="44"
                x2={WIDTH - 6}
                y1={y}
                y2={y}
                stroke={value === 0 ? 'var(--border-strong)' : 'var(--border)'}
              />
              <text x="38" y={y + 4} text-anchor="end">
                {format(value)}
              </text>
            </g>
          ))}
          {layout.times.map(({ ms, x }) => (
            <text key={ms} x={x} y={HEIGHT - 3} text-anchor={x > WIDTH - 24 ? 'end' : 'middle'}>
              {formatClock(ms, zone.value)}
            </text>
          ))}
          <path d={layout.band} fill="var(--band)" />
          <path d={layout.path} fill="none" stroke="var(--accent)" stroke-width="1.9" />
          {layout.placed.map((placed) => (
            <Mark key={placed.point.start} placed={placed} bottom={layout.y(0)} incident={incident} />
          ))}
        </>
      )}
    </svg>
  );
}

interface MarkProps {
  readonly placed: Placed;
  readonly bottom: number;
  readonly incident: Incident;
}

function Mark({ placed: { point, x, y }, bottom, incident }: MarkProps) {
  if (!point.isFinal) {
    return (
      <rect
        x={x - 4}
        y={y}
        width="8"
        height={Math.max(0, bottom - y)}
        fill="none"
        stroke="var(--accent)"
        stroke-dasharray="3 2"
      />
    );
  }
  if (point.start === incident.from) {
    const isCritical = incident.severity === 'critical';
    const color = isCritical ? 'var(--crit)' : 'var(--warn)';
    const shape = isCritical ? `M${x} ${y - 6}l6 6-6 6-6-6z` : `M${x} ${y - 6}l6 11h-12z`;
    return (
      <>
        <line x1={x} x2={x} y1={y} y2={bottom} stroke={color} opacity="0.5" />
        <path d={shape} fill={isCritical ? color : 'var(--surface)'} stroke={color} stroke-width="1.6" />
      </>
    );
  }
  return point.revision > 1 ? (
    <circle cx={x} cy={y} r="3.5" fill="var(--surface)" stroke="var(--late)" stroke-width="1.6" />
  ) : null;
}

/** The incident's group as parameters: its fields by their names, and which of them are null. */
function groupParameters({ group, groups }: Incident): Readonly<Record<string, string>> {
  if (groups > 1) return {};
  const named = Object.entries(group).flatMap(([field, value]) => (value === null ? [] : [[field, String(value)]]));
  const missing = Object.keys(group).find((field) => group[field] === null);
  return {
    ...(Object.fromEntries(named) as Record<string, string>),
    ...(missing !== undefined && { is_null: missing }),
  };
}
