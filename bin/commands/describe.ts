import { LIST_PRICES } from '../../contracts/prices.ts';
import { rowGigabytes } from '../../cost/kept-rows.ts';
import { describeAggregate } from '../../engine/aggregates/describe.ts';
import { MAX_EVENT_BYTES, MAX_EXPLODED_ROWS } from '../../engine/decode/limits.ts';
import { describeExpression } from '../../engine/expression/describe.ts';
import { formatDuration } from '../../engine/ir/duration.ts';
import { type EnvelopeDefinition, stepsText, wayText } from '../../engine/ir/envelope-definition.ts';
import type { FieldShape, StructShape } from '../../engine/ir/field-shape.ts';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { logWord, revisedWith, streamNames } from '../../engine/ir/source-definition.ts';
import { eventTimesOf, type StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { isText, type TextFormatDefinition } from '../../engine/ir/stream-format.ts';
import { type EventStep, explodes, handsOf, rowShape, type ViewDefinition } from '../../engine/ir/view-definition.ts';
import { MAX_REMEMBERED_GROUPS, ROW_MEMORY_WINDOWS } from '../../engine/plan/empty-windows.ts';
import { compilePipeline, type ViewPlan } from '../../engine/plan/plan.ts';
import { describeColumn } from '../../engine/row-operators/registry.ts';
import { sourceWords } from '../../engine/sources/registry.ts';
import { windowOf } from '../../engine/windows/registry.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { parseArguments, positionals } from '../cli/arguments.ts';
import { type Command, EXIT_OK } from '../cli/command.ts';
import { alertData, alertLines } from './describe-alerts.ts';
import { joinLines } from './describe-join.ts';
import { patternLines } from './describe-pattern.ts';

const HELP = `Say in words what a pipeline does: streams, views, windows, state keys and limits. Checks the definition.

Usage: streamgauge describe PIPELINE.ts [--json]

Examples
  streamgauge describe pipelines/weblog.ts
  streamgauge describe pipelines/clickstream.ts --json
`;

const OPTIONS = { json: { type: 'boolean' } } as const;

export const describeCommand: Command = {
  name: 'describe',
  help: HELP,
  options: OPTIONS,
  async run(args, { stdout }) {
    const { values, positionals: given } = parseArguments('describe', args, OPTIONS);
    const { PIPELINE } = positionals('describe', given, ['PIPELINE']);
    const pipeline = await loadPipeline(PIPELINE);
    stdout.write(values.json ? `${JSON.stringify(describeAsData(pipeline), null, 2)}\n` : describeInWords(pipeline));
    return EXIT_OK;
  },
};

function describeInWords(pipeline: PipelineDefinition): string {
  const { views, finalized } = compilePipeline(pipeline);
  return [
    `Pipeline ${pipeline.name}: ${plural(pipeline.streams.length, 'stream')}, ${plural(pipeline.views.length, 'view')}`,
    '',
    ...pipeline.streams.flatMap(streamLines),
    ...finalized.filter(({ log }) => log !== null).flatMap(logLines),
    ...views.flatMap((plan) => viewLines(plan.definition, plan)),
  ].join('\n');
}

function logLines(plan: ViewPlan): string[] {
  return [...joinLines(plan), ...patternLines(plan)];
}

function duplicatesInWords({ dedupe }: StreamDefinition): string {
  if (dedupe === null) return 'count: no id of events is remembered';
  return `are dropped: ${dedupe.by} is remembered for ${formatDuration(dedupe.withinMs)}`;
}

function streamLines(stream: StreamDefinition): string[] {
  const skew = `an event more than ${formatDuration(stream.maxFutureSkewMs)} ahead of its arrival is a dead letter`;
  return [
    `Stream ${stream.name}`,
    `  fields        ${fieldList(stream.shape)}`,
    ...(isText(stream.format) ? [`  format        ${formatInWords(stream.format)}`] : []),
    ...(stream.envelope === null ? [] : [`  events        ${eventsInWords(stream.envelope)}`]),
    `  event time    ${eventTimesOf(stream).join(', or else ')}; the watermark trails it by ${formatDuration(stream.maxLatenessMs)}`,
    `  partition key ${stream.partitionKey}${stream.eventId === null ? '' : `; event id ${stream.eventId}`}`,
    `  future events ${skew}`,
    `  duplicates    ${duplicatesInWords(stream)}`,
    `  idle shards   ${idleInWords(stream)}`,
    `  limits        ${MAX_EVENT_BYTES / 1024} KiB an event; a larger one is a dead letter`,
    '',
  ];
}

function eventsInWords({ path, with: fields, only }: EnvelopeDefinition): string {
  const taken = fields.length === 0 ? '' : `, with ${fields.map(({ name }) => name).join(', ')} of what is around them`;
  const where = only.map(({ path: steps, values }) => `${stepsText(steps)} is ${values.join(' or ')}`).join(' and ');
  return `in ${wayText(path)} of each record${where === '' ? '' : ` in which ${where}`}${taken}`;
}

function formatInWords({ kind, header = null }: TextFormatDefinition): string {
  return header === null ? kind : `${kind}, of ${header.join(', ')}`;
}

function idleInWords({ idleTimeoutMs }: StreamDefinition): string {
  const when =
    idleTimeoutMs === 0
      ? 'at the first sweep that finds them empty'
      : `once sweeps have seen ${formatDuration(idleTimeoutMs)} without records`;
  return `stop holding the watermark ${when}`;
}

function emissionLines({ emit }: ViewDefinition): string[] {
  if (emit === 'onClose') return [];
  const what =
    emit === 'onUpdate' ? 'final rows, and those of open windows as they stand' : 'all rows of a window as one table';
  return [`  shows         ${what}`];
}

function latenessInWords({ window, source, allowedLatenessMs, lateEvents }: ViewDefinition): string {
  const { neverLate } = windowOf(window).words;
  if (neverLate !== null) return neverLate;
  const upstream = revisedWith(source);
  if (upstream?.joined !== undefined) return `none: ${logWord(upstream)} ${upstream.name} takes no late events`;
  if (upstream !== null && handsOf(upstream) !== 'final')
    return `none: rows of view ${upstream.name} come when they change no more`;
  if (upstream !== null) return `as those of view ${upstream.name}: its rows are revised with them`;
  const late =
    allowedLatenessMs === 0 ? 'none allowed' : `${formatDuration(allowedLatenessMs)} allowed, each a revision`;
  return `${late}; later ones are ${lateEvents === 'sideOutput' ? 'kept aside' : 'dropped and counted'}`;
}

function stateInWords({ window, allowedLatenessMs, selected }: ViewDefinition): string {
  const { stays } = windowOf(window).words;
  if (stays !== null) return stays;
  const by = allowedLatenessMs === 0 ? '' : ` by ${formatDuration(allowedLatenessMs)}`;
  const passed = selected === undefined ? "a window's end" : "an event's time";
  return `gone when the watermark passes ${passed}${by}`;
}

function rowsInWords({ window, keepRowsMs }: ViewDefinition): string {
  const { keptRows } = windowOf(window).words;
  if (keptRows !== null) return keptRows;
  const kept =
    keepRowsMs === null
      ? 'kept for ever'
      : `gone ${formatDuration(keepRowsMs)} after their window ended or they were written, whichever is later`;
  const gigabytes = rowGigabytes(1_000_000);
  const dollars = gigabytes * LIST_PRICES.dynamoDbGbMonth;
  return `${kept}; on AWS a million take about ${gigabytes.toFixed(2)} GB with their index, $${dollars.toFixed(2)} a month`;
}

function emptyWindowLines({ emptyWindows, keepGroupsForWindows: windows }: ViewDefinition): string[] {
  if (emptyWindows === 'skip') return [];
  const most = MAX_REMEMBERED_GROUPS.toLocaleString('en-US');
  return [
    `  empty windows a row of nothing in each of the ${plural(windows, 'window')} after a group's last event: up to ${plural(windows, 'row')} more to write each time that a group falls silent; at most ${most} groups a bucket are remembered`,
  ];
}

function carriedInWords({ rows }: ViewPlan): string {
  if (rows.maxStateBytes === 0) return '';
  const memory = ROW_MEMORY_WINDOWS.toLocaleString('en-US');
  return `; up to ${rows.maxStateBytes.toLocaleString('en-US')} bytes a group are carried from row to row, and gone after ${memory} windows without one`;
}

function groupsInWords(view: ViewDefinition): string {
  const { groupBy, selected } = view;
  if (selected !== undefined) {
    return `none: one row an ${explodes(view) ? 'element' : 'event'}, each a write of its own`;
  }
  return groupBy.length === 0 ? 'none: one row a window' : groupBy.map(({ name }) => name).join(', ');
}

function viewLines(view: ViewDefinition, plan: ViewPlan): string[] {
  const { window, buckets, selected = [] } = view;
  return [
    `View ${view.name} of ${sourceWords(view.source)}`,
    `  window        ${windowOf(window).words.window}`,
    `  groups        ${groupsInWords(view)}`,
    ...view.steps.map(stepLine),
    ...selected.map(({ name, node }) => `  select        ${name} = ${describeExpression(node)}`),
    ...view.aggregates.map(({ name, column }) => `  aggregate     ${name} = ${describeAggregate(column)}`),
    ...view.derived.map(({ name, node }) => `  each row      ${name} = ${describeColumn(node)}`),
    ...(view.having === undefined ? [] : [`  only rows     ${describeExpression(view.having)}`]),
    ...alertLines(view),
    ...emissionLines(view),
    ...emptyWindowLines(view),
    `  late events   ${latenessInWords(view)}`,
    `  row           ${fieldList(rowShape(view))}, revision, late_events, is_final`,
    `  rows          ${rowsInWords(view)}`,
    `  state         under ${plan.key}, ${plural(buckets, 'bucket')}; ${stateInWords(view)}${carriedInWords(plan)}`,
    '',
  ];
}

function stepLine(step: EventStep): string {
  if (step.step === 'where') return `  only where    ${describeExpression(step.condition)}`;
  if (step.step === 'derive') return `  each event    ${step.name} = ${describeExpression(step.node)}`;
  const { name, list, kind, position, outer } = step;
  const what = kind === 'map' ? `${name} = { key, value } of` : `${name} in`;
  const place = position === undefined ? '' : `, ${position} = its place`;
  const none = outer === true ? '; one with nulls where there is none' : '';
  const most = `an event of more than ${MAX_EXPLODED_ROWS.toLocaleString('en-US')} rows is a dead letter`;
  return `  explode       a row for each ${what} ${describeExpression(list)}${place}${none}; ${most}`;
}

function describeAsData(pipeline: PipelineDefinition) {
  const { views } = compilePipeline(pipeline);
  return {
    pipeline: pipeline.name,
    streams: pipeline.streams.map(({ shape, schema: _, ...stream }) => ({ ...stream, fields: fieldData(shape) })),
    views: views.map(({ key, definition: view }) => ({
      name: view.name,
      key,
      stream: streamNames(view),
      window: view.window,
      groupBy: view.groupBy.map(({ name }) => name),
      allowedLatenessMs: view.allowedLatenessMs,
      lateEvents: view.lateEvents,
      buckets: view.buckets,
      keepRowsMs: view.keepRowsMs,
      ...(view.emptyWindows === 'zero' && { emptyWindows: 'zero', keepGroupsFor: view.keepGroupsForWindows }),
      columns: fieldData(rowShape(view)),
      ...(view.alerts.length > 0 && { alerts: alertData(view) }),
    })),
  };
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
