import type { StructShape } from '../../engine/ir/field-shape.ts';
import { streamNames } from '../../engine/ir/source-definition.ts';
import { rowShape, type ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { WindowDefinition } from '../../engine/ir/window.ts';
import type { StreamHealth } from '../../engine/query/health.ts';
import type { OpenIncident } from '../../engine/query/open-incidents.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import type {
  InputStatus,
  LiveStatus,
  ReloadStatus,
  ReplayStatus,
  StreamStatus,
  ViewStatus,
  WindowStatus,
} from '../live-status.ts';

/** How things look on the wire: names as in result rows, times as ISO-8601 text, durations in milliseconds. */

export function statusJson(status: LiveStatus): object {
  const { pipeline, nowMs, url, store, generation, reload = null, streams, views } = status;
  return {
    pipeline,
    now: formatInstant(nowMs),
    url,
    store,
    ...(generation !== undefined && { generation }),
    reload: reload && reloadJson(reload),
    streams: streams.map(streamJson),
    views: views.map(viewStatusJson),
  };
}

export function viewJson(view: ViewDefinition): object {
  const groupBy = view.groupBy.map(({ name }) => name);
  return {
    name: view.name,
    stream: streamNames(view),
    window: windowJson(view.window),
    allowed_lateness_ms: view.allowedLatenessMs,
    group_by: groupBy,
    columns: columnsJson(rowShape(view)),
    links: { windows: `/views/${view.name}/windows`, open: `/views/${view.name}/open` },
  };
}

export function incidentJson({ groupedIn, ...incident }: OpenIncident): object {
  return { ...incident, grouped_in: groupedIn };
}

function columnsJson({ fields }: StructShape): object[] {
  return [...fields].map(([name, field]) => {
    if (field.shape === 'struct') {
      return { name, type: 'object', nullable: field.nullable, fields: columnsJson(field) };
    }
    const { kind, nullable, integer } = field.type;
    return { name, type: kind === 'number' && integer ? 'integer' : kind, nullable };
  });
}

/** The window's definition: its kind, and its durations as `size_ms` and the like. */
function windowJson(window: WindowDefinition): object {
  return Object.fromEntries(Object.entries(window).map(([name, value]) => [snakeCase(name), value]));
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function healthJson(streams: readonly StreamHealth[]): object {
  return {
    status: 'ok',
    streams: streams.map(({ stream, idsBytes, views }) => ({
      name: stream,
      ids_bytes: idsBytes,
      views: views.map(({ view, openWindows, segments, stateBytes, carriedBytes }) => ({
        name: view,
        open_windows: openWindows,
        segments,
        state_bytes: stateBytes,
        carried_bytes: carriedBytes,
      })),
    })),
  };
}

function streamJson(stream: StreamStatus): object {
  const { name, shards, watermarkMs, latestEventMs, counters, eventsPerSecond, deadByReason, replay, inputs } = stream;
  return {
    name,
    watermark: instantOrNull(watermarkMs),
    latest_event: instantOrNull(latestEventMs),
    events_per_second: eventsPerSecond,
    counters,
    dead_by_reason: deadByReason,
    shards: shards.map((shard) => ({ id: shard.id, watermark: instantOrNull(shard.watermarkMs), lag: shard.lag })),
    replay: replay && replayJson(replay),
    inputs: inputs.map(inputJson),
  };
}

function reloadJson({ atMs, ...reload }: ReloadStatus): object {
  return { ...reload, at: formatInstant(atMs) };
}

/** Names as in rows: `resumed_at`, `behind_bytes`. */
function inputJson(input: InputStatus): object {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [snakeCase(name), value]));
}

function replayJson({ file, sent, total, resumedAt, done }: ReplayStatus): object {
  return { file, sent, total, resumed_at: resumedAt, done };
}

function viewStatusJson(view: ViewStatus): object {
  return {
    name: view.name,
    stream: view.stream,
    group_by: view.groupBy,
    columns: view.columns,
    window: windowJson(view.window),
    final_rows: view.finalRows,
    final_windows: view.finalWindows,
    open: view.open.map(windowStatusJson),
    closed: view.closed.map(windowStatusJson),
  };
}

function windowStatusJson({ startMs, endMs, groups, top }: WindowStatus): object {
  return { window_start: formatInstant(startMs), window_end: formatInstant(endMs), groups, top };
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
