import { describeAggregate } from '../engine/aggregates/describe.ts';
import { descriptorOf } from '../engine/aggregates/registry.ts';
import { describeExpression } from '../engine/expression/describe.ts';
import { channelName } from '../engine/ir/alert.ts';
import { formatDuration } from '../engine/ir/duration.ts';
import type { FieldShape, StructShape } from '../engine/ir/field-shape.ts';
import { type ColumnNode, operandsOf } from '../engine/ir/node.ts';
import { eventStreamsOf, type SourceDefinition, streamsOf, upstreamsOf } from '../engine/ir/source-definition.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { rowShape, type ViewDefinition } from '../engine/ir/view-definition.ts';
import { traitsOf } from '../engine/ir/window.ts';
import { columnsOverWindows } from '../engine/query/columns-over-windows.ts';
import { describeColumn } from '../engine/row-operators/registry.ts';
import { windowOf } from '../engine/windows/registry.ts';
import { exampleEvent } from './example-event.ts';
import type { Column, PipelineDescription, StreamDescription, ViewDescription } from './schemas/pipeline.ts';
import type { ApiSource } from './source.ts';

/** What the definition says, for programs and for the page, which draws itself from it. */
export function describePipeline(source: ApiSource): PipelineDescription {
  const { plan, runsOn, allowed, pageBuild, nowMs } = source;
  return {
    name: plan.name,
    runs_on: runsOn,
    build: pageBuild,
    allowed,
    streams: plan.streams.map(({ definition }) => describeStream(definition, nowMs.call(source))),
    views: plan.views.map(({ definition }) => describeView(definition)),
  };
}

function describeStream(stream: StreamDefinition, nowMs: number): StreamDescription {
  return {
    name: stream.name,
    format: stream.format.kind,
    event_time: stream.eventTime,
    event_time_else: [...(stream.eventTimeElse ?? [])],
    partition_key: stream.partitionKey,
    event_id: stream.eventId,
    max_lateness_ms: stream.maxLatenessMs,
    idle_timeout_ms: stream.idleTimeoutMs,
    fields: leavesOf(stream.shape),
    example: exampleEvent(stream, nowMs),
  };
}

/** Streams and views, also by way of joins. */
function sourcesOf(source: SourceDefinition): ViewDescription['source'] {
  return [
    ...eventStreamsOf(source).map(({ name }) => ({ kind: 'stream' as const, name })),
    ...upstreamsOf(source).flatMap((view) =>
      view.joined === undefined ? [{ kind: 'view' as const, name: view.name }] : sourcesOf(view.source),
    ),
  ];
}

export function describeView(view: ViewDefinition): ViewDescription {
  const by = view.groupBy.map(({ name }) => name);
  // What makes it final is said elsewhere.
  const window = windowOf(view.window).words.window.replace(/;.*$/, '');
  return {
    name: view.name,
    source: sourcesOf(view.source),
    streams: streamsOf(view.source).map(({ name }) => name),
    window: windowJson(view),
    words: `${by.length === 0 || view.selected !== undefined ? window : `${window} by ${by.join(', ')}`}${elementsOf(view)}`,
    group_by: by,
    ...patternOf(view),
    columns: columnsOf(view),
    allowed_lateness_ms: view.allowedLatenessMs,
    emit: view.emit,
    empty_windows: view.emptyWindows,
    keep_rows_ms: view.keepRowsMs,
    alerts: view.alerts.map((alert) => ({
      name: alert.name,
      severity: alert.otherSeverity,
      words: `where ${describeExpression(alert.when)}${alert.forWindows === 1 ? '' : ` in ${alert.forWindows} windows in a row`}${alert.cooldownMs === 0 ? '' : `, over after ${formatDuration(alert.cooldownMs)}`}`,
      channels: alert.to.map((channel) =>
        channel.kind === 'webhook' ? `webhook ${new URL(channel.url).origin}` : channelName(channel),
      ),
    })),
  };
}

/** What a view counts in the place of events. */
function elementsOf({ steps }: ViewDefinition): string {
  const last = steps.findLast((step) => step.step === 'explode');
  return last === undefined ? '' : `, of each ${last.name} in ${describeExpression(last.list)}`;
}

/** Views take the matches of a pattern as the rows of one that nobody reads as they are. */
function patternOf(view: ViewDefinition): Pick<ViewDescription, 'pattern'> {
  const upstream = view.source.kind === 'view' ? view.source.view : null;
  if (upstream?.source.kind !== 'pattern') return {};
  const isReason = (node: ColumnNode | null) => node?.op === 'field' && node.path.join('.') === 'reason';
  const named = [...view.groupBy, ...(view.selected ?? [])].find(({ node }) => isReason(node));
  // The first, the last or the greatest of reasons is one of them.
  const gathered = view.aggregates.find(
    ({ column: { argument, type } }) => isReason(argument) && type.kind === 'string',
  );
  return { pattern: { name: upstream.name, reason: named?.name ?? gathered?.name ?? null } };
}

/** The window's kind, and its durations as `size_ms` and the like. */
function windowJson({ window }: ViewDefinition): { kind: string } {
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(window).map(([name, value]) => [snake(name), value])) as { kind: string };
}

function columnsOf(view: ViewDefinition): Column[] {
  const { fields } = rowShape(view);
  const over = columnsOverWindows(view);
  const base = (name: string) => ({
    name,
    ...typeOf(fields.get(name)),
    unit: null,
    of: [],
    made_by: null,
    combine: null,
  });
  const columns: Column[] = [...traitsOf(view.window).columns].map((name) => ({
    ...base(name),
    role: 'window',
    words: name,
  }));
  for (const { name, node } of view.groupBy) {
    const words = view.selected === undefined ? describeExpression(node) : 'the key of the row';
    columns.push({ ...base(name), role: 'group', words });
  }
  for (const { name, node } of view.selected ?? []) {
    columns.push({ ...base(name), role: 'derived', unit: unitOf(name, null), words: describeExpression(node) });
  }
  for (const { name, column } of view.aggregates) {
    const { overWindows } = descriptorOf(column.spec);
    columns.push({
      ...base(name),
      role: 'aggregate',
      made_by: column.spec.kind,
      combine:
        overWindows.how === 'sum' || overWindows.how === 'min' || overWindows.how === 'max' ? overWindows.how : null,
      unit: unitOf(name, column.spec.kind),
      words: describeAggregate(column),
    });
  }
  for (const { name, node } of view.derived) {
    columns.push({
      ...base(name),
      role: 'derived',
      made_by: node.op === 'structOperator' || node.op === 'rowOperator' ? node.kind : null,
      combine: over.get(name)?.how === 'derive' ? 'recompute' : null,
      unit: isShare(node, view) ? 'ratio' : unitOf(name, null),
      of: [...new Set(fieldsIn(node))],
      words: describeColumn(node),
    });
  }
  return columns;
}

/** By name, for a schema does not say what its numbers are of. */
function unitOf(name: string, kind: string | null): Column['unit'] {
  if (kind === 'count' || kind === 'approxCountDistinct' || kind === 'countDistinct') return 'count';
  if (/(^|_)bytes$/.test(name)) return 'bytes';
  if (/_ms$/.test(name)) return 'ms';
  if (/(^|_)(share|ratio|rate|percent)$/.test(name) && kind === null) return 'ratio';
  return null;
}

/** One count of another: from 0 to 1. */
function isShare(node: ColumnNode, view: ViewDefinition): boolean {
  if (node.op !== 'arithmetic' || node.operator !== 'div') return false;
  const isCount = (side: ColumnNode) => {
    if (side.op !== 'field') return false;
    const aggregate = view.aggregates.find(({ name }) => name === side.path[0]);
    return aggregate?.column.spec.kind === 'count';
  };
  return isCount(node.left) && isCount(node.right);
}

function fieldsIn(node: ColumnNode): readonly string[] {
  if (node.op === 'field') return node.path.slice(0, 1);
  return operandsOf(node).flatMap(fieldsIn);
}

function typeOf(field: FieldShape | undefined): Pick<Column, 'type' | 'nullable' | 'fields'> {
  if (field?.shape === 'struct') return { type: 'object', nullable: field.nullable, fields: leavesOf(field) };
  return { type: leafType(field), nullable: field?.type.nullable ?? true };
}

function leafType(field: Extract<FieldShape, { shape: 'leaf' }> | undefined): Column['type'] {
  if (field === undefined) return 'any';
  const { kind, integer } = field.type;
  if (kind === 'json') return 'any';
  return kind === 'number' && integer ? 'integer' : kind;
}

function leavesOf({ fields }: StructShape): { name: string; type: Column['type']; nullable: boolean }[] {
  return [...fields].map(([name, field]) => {
    const { type, nullable } = typeOf(field);
    return { name, type, nullable };
  });
}
