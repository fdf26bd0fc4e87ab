import { LIST_PRICES } from '../../contracts/prices.ts';
import { rowGigabytes } from '../../cost/kept-rows.ts';
import { MAX_EVENT_BYTES } from '../../engine/decode/limits.ts';
import { describeExpression } from '../../engine/expression/describe.ts';
import type { AggregateSpec } from '../../engine/ir/aggregate.ts';
import { formatDuration } from '../../engine/ir/duration.ts';
import type { FieldShape, StructShape } from '../../engine/ir/field-shape.ts';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { type NamedAggregate, rowShape, type ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { WindowDefinition } from '../../engine/ir/window.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { parseArguments, positionals } from '../cli/arguments.ts';
import { type Command, EXIT_OK } from '../cli/command.ts';

const HELP = `Say in words what a pipeline does: streams, views, windows, state keys and limits. Checks the definition.

Usage: streamgauge describe PIPELINE.ts [--json]

Examples
  streamgauge describe pipelines/weblog.ts
  streamgauge describe pipelines/clickstream.ts --json
`;

export const describeCommand: Command = {
  name: 'describe',
  summary: 'say in words what a pipeline does, and check it',
  help: HELP,
  async run(args, { stdout }) {
    const { values, positionals: given } = parseArguments('describe', args, { json: { type: 'boolean' } });
    const { PIPELINE } = positionals('describe', given, ['PIPELINE']);
    const pipeline = await loadPipeline(PIPELINE);
    stdout.write(values.json ? `${JSON.stringify(describeAsData(pipeline), null, 2)}\n` : describeInWords(pipeline));
    return EXIT_OK;
  },
};

function describeInWords(pipeline: PipelineDefinition): string {
  const keys = viewKeys(pipeline);
  return [
    `Pipeline ${pipeline.name}: ${plural(pipeline.streams.length, 'stream')}, ${plural(pipeline.views.length, 'view')}`,
    '',
    ...pipeline.streams.flatMap(streamLines),
    ...pipeline.views.flatMap((view) => viewLines(view, keys.get(view.name) ?? '')),
  ].join('\n');
}

function duplicatesInWords({ dedupe }: StreamDefinition): string {
  if (dedupe === null) return 'count: no id of events is remembered';
  return `are dropped: ${dedupe.by} is remembered for ${formatDuration(dedupe.withinMs)}`;
}

function streamLines(stream: StreamDefinition): string[] {
  const skew =
    stream.maxFutureSkewMs === null
      ? 'an event is never refused for being ahead of its arrival'
      : `an event more than ${formatDuration(stream.maxFutureSkewMs)} ahead of its arrival is a dead letter`;
  return [
    `Stream ${stream.name}`,
    `  fields        ${fieldList(stream.shape)}`,
    `  event time    ${stream.eventTime}; the watermark trails it by ${formatDuration(stream.maxLatenessMs)}`,
    `  partition key ${stream.partitionKey}${stream.eventId === null ? '' : `; event id ${stream.eventId}`}`,
    `  future events ${skew}`,
    `  duplicates    ${duplicatesInWords(stream)}`,
    `  idle shards   ${stream.idleTimeoutMs === 0 ? 'stop holding the watermark at the first sweep that finds them empty' : `stop holding the watermark after ${formatDuration(stream.idleTimeoutMs)} without records`}`,
    `  limits        ${MAX_EVENT_BYTES / 1024} KiB an event; a larger one is a dead letter`,
    '',
  ];
}

function windowInWords(window: WindowDefinition): string {
  const shifted = (offsetMs: number) => (offsetMs === 0 ? '' : `, shifted by ${formatDuration(offsetMs)}`);
  switch (window.kind) {
    case 'tumbling':
      return `tumbling, ${formatDuration(window.sizeMs)}${shifted(window.offsetMs)}; final when the watermark reaches its end`;
    case 'sliding':
      return `sliding, ${formatDuration(window.sizeMs)} every ${formatDuration(window.slideMs)}${shifted(window.offsetMs)}; final when the watermark reaches its end`;
    case 'session':
      return `session, with gaps of at most ${formatDuration(window.gapMs)}; final when the watermark is beyond the last event by more`;
    case 'global':
      return `global, without an end; rows are brought up to date every ${formatDuration(window.emitEveryMs)}`;
  }
}

function emissionLines({ emit }: ViewDefinition): string[] {
  if (emit === 'onClose') return [];
  const what =
    emit === 'onUpdate' ? 'final rows, and those of open windows as they stand' : 'all rows of a window as one table';
  return [`  shows         ${what}`];
}

function latenessInWords({ window, upstream, allowedLatenessMs, lateEvents }: ViewDefinition): string {
  if (window.kind === 'global') return 'none: nothing is late for a window without an end';
  if (upstream !== null) return `as those of view ${upstream.name}: its rows are revised with them`;
  const late =
    allowedLatenessMs === 0 ? 'none allowed' : `${formatDuration(allowedLatenessMs)} allowed, each a revision`;
  return `${late}; later ones are ${lateEvents === 'sideOutput' ? 'kept aside' : 'dropped and counted'}`;
}

function stateInWords({ window, allowedLatenessMs }: ViewDefinition): string {
  if (window.kind === 'global') return 'the totals of every group stay';
  const by = allowedLatenessMs === 0 ? '' : ` by ${formatDuration(allowedLatenessMs)}`;
  return `gone when the watermark passes a window's end${by}`;
}

function rowsInWords({ window, keepRowsMs }: ViewDefinition): string {
  if (window.kind === 'global') return 'one a group, replaced as it changes';
  const kept =
    keepRowsMs === null
      ? 'kept for ever'
      : `gone ${formatDuration(keepRowsMs)} after their window ended or they were written, whichever is later`;
  const gigabytes = rowGigabytes(1_000_000);
  const dollars = gigabytes * LIST_PRICES.dynamoDbGbMonth;
  return `${kept}; on AWS a million take about ${gigabytes.toFixed(2)} GB with their index, $${dollars.toFixed(2)} a month`;
}

function viewLines(view: ViewDefinition, key: string): string[] {
  const { window, groupBy, buckets } = view;
  return [
    `View ${view.name} of ${view.upstream === null ? view.stream.name : `the rows of view ${view.upstream.name}`}`,
    `  window        ${windowInWords(window)}`,
    `  groups        ${groupBy.length === 0 ? 'none: one row a window' : groupBy.map(({ name }) => name).join(', ')}`,
    ...view.steps.map((step) =>
      step.step === 'where'
        ? `  only where    ${describeExpression(step.condition)}`
        : `  each event    ${step.name} = ${describeExpression(step.node)}`,
    ),
    ...view.aggregates.map((aggregate) => `  aggregate     ${aggregate.name} = ${describeAggregate(aggregate)}`),
    ...view.derived.map(({ name, node }) => `  each row      ${name} = ${describeExpression(node)}`),
    ...emissionLines(view),
    `  late events   ${latenessInWords(view)}`,
    `  row           ${fieldList(rowShape(view))}, revision, late_events, is_final`,
    `  rows          ${rowsInWords(view)}`,
    `  state         under ${key}, ${plural(buckets, 'bucket')}; ${stateInWords(view)}`,
    '',
  ];
}

function describeAggregate({ column }: NamedAggregate): string {
  const argument = column.argument === null ? '' : describeExpression(column.argument);
  const { spec } = column;
  const options = describeOptions(spec);
  const where = column.condition === null ? '' : ` where ${describeExpression(column.condition)}`;
  return `${spec.kind}(${argument}${options})${where}`;
}

function describeOptions(spec: AggregateSpec): string {
  switch (spec.kind) {
    case 'variance':
    case 'stddev':
      return `; of a ${spec.of}`;
    case 'countDistinct':
      return `; null beyond ${spec.limit.toLocaleString('en-US')} values`;
    case 'quantile':
      return `; ${spec.q}, within ${Number((spec.relativeError * 100).toPrecision(15))} %`;
    case 'topK':
      return `; ${spec.k}, null beyond ${spec.limit.toLocaleString('en-US')} values`;
    case 'histogram':
      return `; between ${spec.bounds.join(', ')}`;
    default:
      return '';
  }
}

function describeAsData(pipeline: PipelineDefinition) {
  const keys = viewKeys(pipeline);
  return {
    pipeline: pipeline.name,
    streams: pipeline.streams.map(({ shape, schema: _, ...stream }) => ({ ...stream, fields: fieldData(shape) })),
    views: pipeline.views.map((view) => ({
      name: view.name,
      key: keys.get(view.name),
      stream: view.stream.name,
      window: view.window,
      groupBy: view.groupBy.map(({ name }) => name),
      allowedLatenessMs: view.allowedLatenessMs,
      lateEvents: view.lateEvents,
      buckets: view.buckets,
      keepRowsMs: view.keepRowsMs,
      columns: fieldData(rowShape(view)),
    })),
  };
}

function viewKeys(pipeline: PipelineDefinition): Map<string, string> {
  return new Map(compilePipeline(pipeline).views.map((view) => [view.name, view.key]));
}

function fieldList(shape: StructShape): string {
  return [...shape.fields].map(([name, field]) => `${name} ${describeField(field)}`).join(', ');
}

function describeField(field: FieldShape): string {
  if (field.shape === 'struct') return `{ ${fieldList(field)} }${field.nullable ? '?' : ''}`;
  return `${field.type.integer ? 'integer' : field.type.kind}${field.type.nullable ? '?' : ''}`;
}

function fieldData(shape: StructShape): object[] {
  return [...shape.fields].map(([name, field]) =>
    field.shape === 'struct'
      ? { name, nullable: field.nullable, fields: fieldData(field) }
      : { name, ...field.type, ...(field.timestamp && { timestamp: field.timestamp }) },
  );
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
