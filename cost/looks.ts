import { formatDuration } from '../engine/ir/duration.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { lookEveryMs } from '../engine/protocol/looks.ts';
import { windowOf } from '../engine/windows/registry.ts';
import { ASSUMED } from './assumed.ts';
import { carriedPages } from './carried.ts';
import { type CostInput, SECONDS_PER_MONTH } from './input.ts';
import { MEASURED } from './measured.ts';
import { openSegments, READ_UNIT_BYTES } from './state.ts';
import { rowsOf, slowness, type Traffic } from './traffic.ts';

/** Early looks at the open windows of a view, in a month. */
export interface ViewLooks {
  /** In items: of which view they are, and how often they come. */
  readonly name: string;
  readonly looks: number;
  readonly seconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Of large segments, and of large pages, where the view carries state. */
  readonly gets: number;
}

/** Items that a look reads, and an aggregator that asks whether looks are under way. Tests count them. */
export const LOOK_READS = { items: 8, ofShard: 1, ofWindow: 1, ask: 1 };
/** The turn that it takes, in a transaction. */
const LOOK_WRITES = 2;
/** Open windows that a look goes over at most. */
const MOST_WINDOWS = 100;

export function looksOf(input: CostInput, traffic: Traffic): readonly ViewLooks[] {
  return input.pipeline.views.flatMap((view) => {
    const everyMs = lookEveryMs(view);
    return everyMs === null ? [] : [viewLooks(view, everyMs, input, traffic)];
  });
}

function viewLooks(view: ViewDefinition, everyMs: number, input: CostInput, traffic: Traffic): ViewLooks {
  const { buckets } = view;
  const streams = input.pipeline.streams.length;
  const shards = traffic.shards / streams;
  const commits = (traffic.commitsPerSecond / streams) * SECONDS_PER_MONTH;
  const turns = SECONDS_PER_MONTH / (everyMs / 1000);
  // Where little comes, a commit makes two looks: one that sees it, and one that sees nothing more.
  const looks = buckets * Math.min(turns, 2 * commits);
  const asks = buckets * Math.min(turns * shards, commits);
  const { windows, rows, readUnits, gets } = openState(view, input, traffic);
  const items = LOOK_READS.items + shards * (LOOK_READS.ofShard + windows * LOOK_READS.ofWindow);
  const rowMs = (rows / buckets) * MEASURED.rowMs * slowness(input.settings.memory);
  return {
    name: `early looks of ${view.name}, every ${formatDuration(everyMs)}`,
    looks,
    seconds: (looks * (ASSUMED.lookCallMs + rowMs)) / 1000,
    readUnits: looks * (items + readUnits / buckets) + asks * LOOK_READS.ask,
    writeUnits: looks * LOOK_WRITES,
    gets: (looks * gets) / buckets,
  };
}

/** What is open of a view at any time, all of which is read: its windows, their rows, their segments, and what is carried into them. */
function openState(view: ViewDefinition, input: CostInput, traffic: Traffic) {
  const { everyMs, overMs } = windowOf(view.window).pace;
  const perMonth = SECONDS_PER_MONTH / (everyMs / 1000);
  const windows = Math.min(MOST_WINDOWS, Math.ceil((overMs ?? everyMs) / everyMs));
  const carried = carriedPages({ ...input, pipeline: { ...input.pipeline, views: [view] } });
  const open = openSegments(view, input, traffic);
  return {
    windows,
    rows: (windows * rowsOf(view, input).rows) / perMonth,
    readUnits: open.bytes / READ_UNIT_BYTES + carried.readUnits / perMonth,
    gets: open.objects + carried.gets / perMonth,
  };
}
