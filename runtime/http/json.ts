import { rowShape, type ViewDefinition } from '../../engine/definition/view-definition.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import type { LiveStatus, ReplayStatus, StreamStatus, ViewStatus, WindowStatus } from '../live-status.ts';
import type { ClosedRow } from './live-queries.ts';

/** How things look on the wire: names as in result rows, times as ISO-8601 text, durations in milliseconds. */

export function statusJson({ pipeline, nowMs, url, store, streams, views }: LiveStatus): object {
  return {
    pipeline,
    now: formatInstant(nowMs),
    url,
    store,
    streams: streams.map(streamJson),
    views: views.map(viewStatusJson),
  };
}

export function viewJson(view: ViewDefinition): object {
  const groupBy = view.groupBy.map(({ name }) => name);
  const columns = [...rowShape(view).fields].map(([name, field]) => {
    if (field.shape === 'struct') return { name, type: 'object', nullable: field.nullable };
    const { kind, nullable, integer } = field.type;
    return { name, type: kind === 'number' && integer ? 'integer' : kind, nullable };
  });
  return {
    name: view.name,
    stream: view.stream.name,
    window: { kind: view.window.kind, size_ms: view.window.sizeMs, offset_ms: view.window.offsetMs },
    allowed_lateness_ms: view.allowedLatenessMs,
    group_by: groupBy,
    columns,
    links: { windows: `/views/${view.name}/windows`, open: `/views/${view.name}/open` },
  };
}

export function closedRowJson({ columns, revision, partial }: ClosedRow): object {
  return { ...columns, revision, ...(partial && { partial }), is_final: true };
}

export function openRowJson(columns: RowColumns): object {
  return { ...columns, is_final: false };
}

function streamJson(stream: StreamStatus): object {
  const { name, shards, watermarkMs, latestEventMs, counters, eventsPerSecond, deadByReason, replay } = stream;
  return {
    name,
    watermark: instantOrNull(watermarkMs),
    latest_event: instantOrNull(latestEventMs),
    events_per_second: eventsPerSecond,
    counters,
    dead_by_reason: deadByReason,
    shards: shards.map((shard) => ({ id: shard.id, watermark: instantOrNull(shard.watermarkMs), lag: shard.lag })),
    replay: replay && replayJson(replay),
  };
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
    window_size_ms: view.windowSizeMs,
    final_rows: view.finalRows,
    final_windows: view.finalWindows,
    open: view.open.map(windowJson),
    closed: view.closed.map(windowJson),
  };
}

function windowJson({ startMs, endMs, groups, top }: WindowStatus): object {
  return { window_start: formatInstant(startMs), window_end: formatInstant(endMs), groups, top };
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
