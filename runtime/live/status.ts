import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { rowsOf } from '../../engine/finalize/drafts.ts';
import type { StreamPlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import { type OpenWindow, readOpenWindows } from '../../engine/query/open-windows.ts';
import { addCounters, type Checkpoint, listCheckpoints, NO_EVENTS } from '../../engine/state/checkpoint.ts';
import { globalWatermark } from '../../engine/state/watermark.ts';
import { START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { ReplayStatus, StreamStatus, ViewStatus, WindowStatus } from '../live-status.ts';

const OPEN_WINDOWS = 3;
const CLOSED_WINDOWS = 12;
const TOP_GROUPS = 8;

export async function streamStatus(
  stream: StreamPlan,
  stores: EmbeddedStores,
  replay: ReplayStatus | null,
): Promise<Omit<StreamStatus, 'eventsPerSecond'>> {
  const checkpoints = await listCheckpoints(stores.state, stream.name);
  const shards = checkpoints.map((checkpoint) => ({
    id: checkpoint.shard,
    watermarkMs: known(checkpoint.watermarkMs),
    lag: stores.log.lag(stream.name, checkpoint.shard, checkpoint.position?.sequence ?? null),
  }));
  return {
    name: stream.name,
    shards,
    watermarkMs: known(globalWatermark(checkpoints)),
    latestEventMs: latestEvent(checkpoints),
    counters: checkpoints.map((checkpoint) => checkpoint.counters).reduce(addCounters, NO_EVENTS),
    deadByReason: stores.deadLetters.countByReason(stream.name),
    replay,
  };
}

export async function viewStatus(view: ViewPlan, stores: EmbeddedStores): Promise<ViewStatus> {
  const { definition } = view;
  const { rows, windows } = stores.results.count(view.key);
  const open = await readOpenWindows(view, stores.state, OPEN_WINDOWS);
  const closed = stores.results.latestWindows(view.key, CLOSED_WINDOWS).map((window) => {
    const finalRows = window.rows.flatMap((row) =>
      rowsOf(row).map((columns) => ({ ...columns, revision: row.revision })),
    );
    return windowStatus(view, window.startMs, window.endMs, finalRows);
  });
  return {
    name: view.name,
    stream: definition.stream.name,
    groupBy: definition.groupBy.map(({ name }) => name),
    columns: [...definition.aggregates, ...definition.derived].map(({ name }) => name),
    window: definition.window,
    finalRows: rows,
    finalWindows: windows,
    open: open.map((window: OpenWindow) => windowStatus(view, window.startMs, window.endMs, window.rows)),
    closed,
  };
}

/** The largest groups by the first aggregate that is a number. */
function windowStatus(view: ViewPlan, startMs: number, endMs: number, rows: readonly RowColumns[]): WindowStatus {
  const [first] = view.definition.aggregates.filter(({ column }) => column.type.kind === 'number');
  const size = (row: RowColumns) => Number(first === undefined ? 0 : (row[first.name] ?? 0));
  const top = [...rows].sort((a, b) => size(b) - size(a)).slice(0, TOP_GROUPS);
  return { startMs, endMs, groups: rows.length, top };
}

function known(watermarkMs: number): number | null {
  return watermarkMs <= START_OF_TIME_MS ? null : watermarkMs;
}

function latestEvent(checkpoints: readonly Checkpoint[]): number | null {
  const times = checkpoints.map((checkpoint) => checkpoint.latestEventMs).filter((timeMs) => timeMs !== null);
  return times.length === 0 ? null : Math.max(...times);
}
