import { Fragment } from 'preact';
import type { Cell, ViewState } from '../../../api/schemas/overview.ts';
import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { stepOf } from '../charts/timeline-data.ts';
import { formatCount, formatFull } from '../format/numbers.ts';
import { formatClock, formatDate, formatDuration, formatWindow, type Zone } from '../format/times.ts';
import { connection, dataNowMs, overview, pipeline, tick, nowWords as timeWords, zone } from '../live/store.ts';
import { isWall } from '../live/wall.ts';
import { go } from '../pages/route.ts';
import { layoutRibbon, type PlacedCell } from './ribbon-layout.ts';
import { slowestWatermark } from './status.tsx';
import { LANE_HEIGHT, LANE_TOP, TimeLine } from './time-line.tsx';
import { useWidth } from './use-width.ts';

const MOST_LANES = 3;
const MOST_WINDOWS = 12;
const MOST_WINDOWS_NARROW = 4;
const NARROW_PX = 640;
const WALL_SCALE = 1.65;

interface Lane {
  readonly view: ViewDescription;
  readonly state: ViewState;
  readonly stepMs: number;
  /** Views with windows of the same kind. */
  readonly views: number;
}

/** The life of windows: to come, filling, ended, final, revised. A lane for each kind of window. */
export function Ribbon() {
  void tick.value;
  const lanes = lanesOf();
  if (lanes.length === 0) return null;
  return (
    <section class="card ribbon" aria-label="Windows">
      <header>
        <h2>Windows</h2>
        <span class="what">
          {lanes.length === 1 ? `${windowWords(lanes[0]?.view.words ?? '')}, by event time. ` : 'by event time. '}
          {countWords(lanes.reduce((sum, { views }) => sum + views, 0))}
          {stuckWords()}
        </span>
        <span class="legend end" aria-hidden="true">
          <span class="chip">
            <i class="swatch final" /> final
          </span>
          <span class="chip revised">r2 revised</span>
          <span class="chip open">
            <span>open, not final</span>
          </span>
          <span class="chip">
            <i class="swatch to-come" /> to come
          </span>
        </span>
      </header>
      {lanes.slice(0, MOST_LANES).map((lane) => (
        <Fragment key={lane.view.name}>
          {lanes.length > 1 && <p class="lane-title">{laneWords(lane)}</p>}
          <LaneDrawing lane={lane} title={lanes.length === 1 ? null : laneWords(lane)} />
        </Fragment>
      ))}
      {lanes.length > MOST_LANES && <p class="what">and {lanes.length - MOST_LANES} more kinds of windows</p>}
    </section>
  );
}

function countWords(views: number): string {
  return views === 1 ? '1 view' : `${views} views`;
}

/** `; paths_5min stands at 18:20`: the lanes show views that go on, also where one of the same windows does not. */
function stuckWords(): string {
  return Object.entries(overview.value?.views ?? {})
    .filter(([, { stuck }]) => stuck !== null)
    .map(([name, { closed_up_to: upTo }]) =>
      upTo === null ? `; ${name} has closed nothing` : `; ${name} stands at ${formatClock(upTo, zone.value)}`,
    )
    .join('');
}

/** `tumbling, 5 minutes: traffic_5min and 2 more views`: where there are several lanes, each says what it is. */
function laneWords({ view, views }: Lane): string {
  const more = views === 1 ? '' : ` and ${views - 1} more`;
  return `${windowWords(view.words)}: ${view.name}${more}`;
}

/** `tumbling, 5 minutes` of the words of a view, which also say when rows are final and what they are by. */
export function windowWords(words: string): string {
  return words.replace(/;.*$|,? by .*$/s, '');
}

/** How many are drawn. */
export function laneCount(): number {
  return Math.min(MOST_LANES, lanesOf().length);
}

/** One lane for each distinct window; of views that share one, the first that goes on and has no groups stands for them. */
function lanesOf(): readonly Lane[] {
  const lanes = new Map<string, Lane>();
  for (const view of pipeline.value?.views ?? []) {
    const state = overview.value?.views[view.name];
    const stepMs = stepOf(view.window);
    if (state === undefined || stepMs === null) continue;
    const key = JSON.stringify(view.window);
    const known = lanes.get(key);
    const isBetter = known === undefined || rankOf(view, state) < rankOf(known.view, known.state);
    const views = (known?.views ?? 0) + 1;
    lanes.set(key, isBetter ? { view, state, stepMs, views } : { ...known, views });
  }
  return [...lanes.values()];
}

function rankOf({ group_by: by }: ViewDescription, { stuck }: ViewState): number {
  return (stuck === null ? 0 : 2) + (by.length === 0 ? 0 : 1);
}

function LaneDrawing({ lane, title }: { readonly lane: Lane; readonly title: string | null }) {
  const [box, boxPx] = useWidth();
  // On a wall all of it is larger, its words too.
  const widthPx = isWall.value ? boxPx / WALL_SCALE : boxPx;
  const most = widthPx < NARROW_PX ? MOST_WINDOWS_NARROW : MOST_WINDOWS;
  const layout = layoutRibbon(lane.state.cells, lane.stepMs, most);
  const greatest = layout.cells.reduce((max, { cell }) => Math.max(max, cell?.value ?? 0), 0);
  const nowMs = dataNowMs();
  const watermark = overview.value === null ? null : slowestWatermark(overview.value);
  const isLost = connection.value.kind === 'lost';
  const [now, water] = [layout.place(nowMs), watermark === null ? null : layout.place(watermark)];
  const nowWords = `${timeWords()} ${formatClock(nowMs, zone.value, true)}`;
  // The label of now begins at its line, or ends at the edge where it would not be whole; that of the watermark ends before it.
  const lastLeft = widthPx - nowWords.length * WIDE_CHARACTER_PX;
  const nowLeft = now === null ? widthPx : Math.min(now * widthPx + 4, lastLeft);
  const isAtEdge = nowLeft === lastLeft;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing cannot be a fieldset
    <svg ref={box} viewBox={`0 0 ${widthPx} 84`} role="group" aria-label={`Windows of ${lane.view.name}`}>
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" stroke="var(--accent)" stroke-width="1.6" opacity=".5" />
        </pattern>
        <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="1" height="1" fill="var(--border-strong)" />
        </pattern>
      </defs>
      {title !== null && widthPx >= NARROW_PX && (
        <text class="lane" x={1} y={LANE_TOP - 5}>
          {title}
        </text>
      )}
      {layout.gaps.map(({ start, end, x, width }) => (
        <g key={`gap${start}`}>
          <title>{formatDuration(end - start)} without events</title>
          <rect
            x={x * widthPx + 2}
            y={LANE_TOP}
            width={Math.max(0, width * widthPx - 4)}
            height={LANE_HEIGHT}
            fill="url(#dots)"
          />
        </g>
      ))}
      {water !== null && now !== null && now > water && (
        <rect
          x={water * widthPx}
          y={LANE_TOP}
          width={(now - water) * widthPx}
          height={LANE_HEIGHT}
          fill="var(--late)"
          opacity=".12"
        />
      )}
      {layout.cells.map((placed) => (
        <Window
          key={placed.start}
          placed={placed}
          lane={lane}
          widthPx={widthPx}
          greatest={greatest}
          nowMs={nowMs}
          watermarkMs={watermark}
        />
      ))}
      {isLost && now !== null && (
        <>
          <rect
            x={now * widthPx}
            y={LANE_TOP - 1}
            width={widthPx * (1 - now)}
            height={LANE_HEIGHT + 2}
            fill="var(--sunken)"
          />
          <text x={now * widthPx + 8} y={LANE_TOP + LANE_HEIGHT / 2 + 4}>
            {widthPx * (1 - now) > 220 ? 'not known: no connection since then' : 'not known'}
          </text>
        </>
      )}
      {water !== null && (
        <TimeLine
          x={water * widthPx}
          words={`watermark ${formatClock(watermark ?? 0, zone.value, true)}`}
          color="var(--late)"
          anchor="end"
          textX={Math.min(-4, nowLeft - CHARACTER_PX - water * widthPx)}
        />
      )}
      {now !== null && (
        <TimeLine
          x={now * widthPx}
          words={nowWords}
          color="var(--text)"
          anchor={isAtEdge ? 'end' : 'start'}
          textX={(isAtEdge ? widthPx - 1 : nowLeft) - now * widthPx}
          dotted
        />
      )}
    </svg>
  );
}

interface WindowProps {
  readonly placed: PlacedCell;
  readonly lane: Lane;
  readonly widthPx: number;
  readonly greatest: number;
  readonly nowMs: number;
  readonly watermarkMs: number | null;
}

function Window({ placed, lane, widthPx, greatest, nowMs, watermarkMs }: WindowProps) {
  const { start, end, cell } = placed;
  const [x, width] = [placed.x * widthPx + 1.5, Math.max(2, placed.width * widthPx - 3)];
  const words = cellWords(placed, nowMs, watermarkMs, lane.view, zone.value);
  const open = () => go({ page: 'views', name: lane.view.name, query: { window: String(start) } });
  const filled = cell === null ? 0 : heightOf(cell.value, greatest);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a window is a part of a drawing, where there are no buttons
    <g
      role="button"
      tabIndex={0}
      style={{ cursor: 'pointer' }}
      onClick={open}
      onKeyDown={(event) => event.key === 'Enter' && open()}
    >
      <title>{words}</title>
      <CellShape cell={cell} x={x} width={width} filled={filled} />
      {cell !== null && (
        <text
          class="value"
          x={x + width / 2}
          y={LANE_TOP + LANE_HEIGHT - 6}
          text-anchor="middle"
          stroke="var(--surface)"
          stroke-width={isOpen(cell) ? 3 : 0}
          paint-order="stroke"
        >
          {width > 30 && cell.value != null
            ? `${formatCount(cell.value)}${cell.revision > 1 ? ` r${cell.revision}` : ''}`
            : ''}
        </text>
      )}
      {cell !== null && isOpen(cell) && (
        <text x={x + 5} y={LANE_TOP + 13} stroke="var(--surface)" stroke-width="3" paint-order="stroke">
          {fitting(closingWords(placed, watermarkMs), width - 10)}
        </text>
      )}
      <text x={x} y={LANE_TOP + LANE_HEIGHT + 13}>
        {width > 34 ? startWords(start, end) : ''}
      </text>
    </g>
  );
}

/** `ended, closes in 21 s`: when the watermark, as it goes now, passes the window's end. */
function closingWords({ end, cell }: PlacedCell, watermarkMs: number | null): string {
  const head = cell?.state === 'ended' ? 'ended' : 'open';
  if (watermarkMs === null || watermarkMs >= end) return head;
  const left = formatDuration(Math.ceil((end - watermarkMs) / 1000) * 1000);
  return cell?.state === 'ended' ? `ended, closes in ${left}` : `closes in ${left}`;
}

const CHARACTER_PX = 6.9;
/** In the widest of the fonts. */
const WIDE_CHARACTER_PX = 7.6;

/** The words if they have room, else the end of them, else nothing. */
function fitting(words: string, widthPx: number): string {
  const short = words.replace(/^ended, /, '');
  return [words, short].find((candidate) => candidate.length * CHARACTER_PX <= widthPx) ?? '';
}

const DAY_MS = 86_400_000;

function startWords(start: number, end: number): string {
  return end - start >= DAY_MS ? formatDate(start, zone.value) : formatClock(start, zone.value, end - start < 60_000);
}

function isOpen({ state }: Cell): boolean {
  return state === 'filling' || state === 'ended';
}

function CellShape({
  cell,
  x,
  width,
  filled,
}: {
  readonly cell: Cell | null;
  readonly x: number;
  readonly width: number;
  readonly filled: number;
}) {
  const y = LANE_TOP + LANE_HEIGHT - filled;
  if (cell === null) {
    return (
      <rect
        x={x}
        y={LANE_TOP}
        width={width}
        height={LANE_HEIGHT}
        rx="3"
        fill="none"
        stroke="var(--border-strong)"
        stroke-dasharray="2 3"
      />
    );
  }
  if (cell.state === 'withdrawn') {
    return (
      <rect
        x={x}
        y={LANE_TOP}
        width={width}
        height={LANE_HEIGHT}
        rx="3"
        fill="none"
        stroke="var(--late)"
        stroke-dasharray="3 3"
      />
    );
  }
  if (isOpen(cell)) {
    return (
      <>
        <rect x={x} y={LANE_TOP} width={width} height={LANE_HEIGHT} rx="3" fill="none" stroke="var(--accent)" />
        <rect x={x} y={y} width={width} height={filled} fill="url(#hatch)" />
        <path d={`M${x} ${y}h${width}`} stroke="var(--accent)" stroke-width="1.5" />
      </>
    );
  }
  return (
    <>
      <rect x={x} y={LANE_TOP} width={width} height={LANE_HEIGHT} rx="3" fill="var(--sunken)" />
      <rect x={x} y={y} width={width} height={filled} rx="2" fill="var(--fin)" />
      <path d={`M${x} ${y}h${width}`} stroke="var(--accent)" stroke-width="1.5" />
      {cell.state === 'revisable' && (
        <path
          d={`M${x} ${LANE_TOP + LANE_HEIGHT - 1}h${width}`}
          stroke="var(--late)"
          stroke-width="1.5"
          stroke-dasharray="3 2"
        />
      )}
      {cell.worst !== null && cell.worst !== undefined && cell.worst !== 'info' && (
        <path
          d={`M${x + width - 9} ${LANE_TOP + 3}l5 5-5 5-5-5z`}
          fill={cell.worst === 'critical' ? 'var(--crit)' : 'none'}
          stroke={cell.worst === 'critical' ? 'var(--crit)' : 'var(--warn)'}
        />
      )}
    </>
  );
}

const LEAST_PX = 3;

function heightOf(value: number | null, greatest: number): number {
  if (value == null || greatest <= 0) return LEAST_PX;
  return Math.max(LEAST_PX, (LANE_HEIGHT * 0.85 * value) / greatest);
}

/** What a window is in words: for screen readers, and when the pointer rests on it. */
export function cellWords(
  { start, end, cell }: Pick<PlacedCell, 'start' | 'end' | 'cell'>,
  nowMs: number,
  watermarkMs: number | null,
  view: Pick<ViewDescription, 'allowed_lateness_ms'>,
  inZone: Zone,
): string {
  const window = `${formatWindow(start, end, inZone, nowMs)} ${inZone}`;
  if (cell === null) return `${window}: to come`;
  const was = cell.was == null ? '' : ` (was ${formatFull(cell.was)})`;
  const value = cell.value == null ? '' : ` ${formatFull(cell.value)}${was}`;
  const left = watermarkMs === null ? '' : `, closes in ${formatDuration(Math.max(0, end - watermarkMs))}`;
  switch (cell.state) {
    case 'filling':
      return `${window}:${value} so far, open${left}`;
    case 'ended':
      return `${window}:${value} so far, ended${left}`;
    case 'revisable':
      return `${window}:${value}, final, revision ${cell.revision}; late events revise it until ${formatDuration(view.allowed_lateness_ms)} after its end`;
    case 'withdrawn':
      return `${window}: taken back by late events`;
    default:
      return `${window}:${value}, final, revision ${cell.revision}`;
  }
}
