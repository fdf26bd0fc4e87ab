import type { AggregateOperator } from '../aggregates/operator.ts';
import { operatorFor } from '../aggregates/registry.ts';
import { type GroupsCodec, type SegmentCodec, segmentCodec } from '../codec/segment.ts';
import type { HashKey } from '../hash/hash-key.ts';
import { BugError } from '../ir/bug-error.ts';
import type { PipelineDefinition } from '../ir/pipeline-definition.ts';
import { eventStreamsOf, mapViews, type SourceOf, streamsOf, upstreamsOf } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { eventLogOperator } from '../joins/event-log.ts';
import { windowOf } from '../windows/registry.ts';
import type { WindowKind } from '../windows/window-kind.ts';
import { type Accumulate, compileAccumulate } from './accumulator.ts';
import { type AlertPlan, compileAlerts } from './alerts.ts';
import { fingerprint } from './fingerprint.ts';
import { compileLog, type LogPlan, streamOrigin } from './log.ts';
import { once } from './once.ts';
import { compileRow, type RowMaker } from './row.ts';
import { compileSelect, type SelectPlan } from './select.ts';
import { type CompileEvents, compileEvents, type StreamEvents } from './stream-events.ts';

/** A pipeline compiled: what the stages run on. */
export interface PipelinePlan {
  readonly name: string;
  readonly streams: readonly StreamPlan[];
  readonly views: readonly ViewPlan[];
  /** Views, and the joins and patterns that they take rows of. Sources come first. */
  readonly finalized: readonly ViewPlan[];
}

export interface StreamPlan extends StreamEvents {
  readonly name: string;
  readonly definition: StreamDefinition;
  /** Views that take the stream's events. */
  readonly views: readonly ViewPlan[];
  /** All views that the stream's watermark closes: also those that take rows of others. Sources come first. */
  readonly allViews: readonly ViewPlan[];
}

export interface ViewPlan {
  readonly name: string;
  /** Name and fingerprint: what state and rows are kept under. */
  readonly key: string;
  readonly definition: ViewDefinition;
  /** What it takes its events from. */
  readonly source: SourceOf<ViewPlan>;
  /** Views that take its rows. */
  readonly downstream: readonly ViewPlan[];
  /** What its windows mean. */
  readonly window: WindowKind;
  /** Those of the definition's aggregates, in order; then those of the window's own, which take event times. */
  readonly operators: readonly AggregateOperator[];
  readonly accumulate: Accumulate;
  /** Stands in the keys of segments for a shard of the stream. Shards of two streams can have one name. */
  readonly originOf: (shard: string) => string;
  readonly rows: RowMaker;
  /** Makes the rows of a join or pattern; null for views, whose rows are made of aggregates. */
  readonly log: LogPlan | null;
  /** Makes rows of events as they are; null for other views. */
  readonly select: SelectPlan | null;
  readonly alerts: readonly AlertPlan[];
  readonly segments: SegmentCodec;
  /** How groups that a revision took out are stored: their values alone. */
  readonly tombstones: GroupsCodec;
  readonly hashKey: HashKey;
}

/**
 * What of a plan takes long to compile, and is not needed by all:
 * - `columns`: events in columns, for who takes events in;
 * - `validation`: events one by one;
 * - `rows`: what becomes of finished groups.
 */
export type PlanPart = 'columns' | 'validation' | 'rows';

export interface CompileOptions {
  /** What hashes of texts from outside are keyed by. A process that takes events in gives its own; without, they are known to all. */
  readonly hashKey?: HashKey;
  /** Compiled at once; the other parts when they are first used. Default: all, so that whatever is wrong shows. */
  readonly atOnce?: readonly PlanPart[];
}

const ALL_PARTS: readonly PlanPart[] = ['columns', 'validation', 'rows'];

export function compilePipeline(
  definition: PipelineDefinition,
  { hashKey = [0, 0], atOnce = ALL_PARTS }: CompileOptions = {},
): PipelinePlan {
  const plan = planOf(definition, hashKey, compileEvents);
  for (const part of atOnce) compilePart(plan, part);
  return plan;
}

/** Compiles a part of all streams and views now. */
export function compilePart({ streams, finalized }: PipelinePlan, part: PlanPart): void {
  for (const stream of streams) {
    if (part === 'columns') void stream.scanner;
    // A stream that is not scanned is read one by one.
    if (part === 'validation' || (part === 'columns' && stream.scanner === null)) void stream.validate;
  }
  for (const view of finalized) {
    if (part === 'rows') void [view.rows, view.alerts];
  }
}

/** A plan of which everything is compiled when it is first used. It takes events in as `events` compiles them. */
export function planOf(definition: PipelineDefinition, hashKey: HashKey, events: CompileEvents): PipelinePlan {
  const compiled = new Map<ViewDefinition, CompiledView>();
  for (const view of definition.views) compileView(view, compiled, hashKey);
  const finalized = [...new Set(compiled.values())];
  for (const view of finalized) {
    for (const upstream of new Set(upstreamsOf(view.source))) {
      downstreamOf(upstream).push(takingFrom(view, upstream.definition));
    }
  }
  const views = definition.views.map((view) => compiled.get(view) as ViewPlan);
  const streams = definition.streams.map((stream) => {
    const allViews = finalized.filter(({ definition: { source } }) => streamsOf(source).includes(stream));
    const ownViews = allViews
      .filter(({ source }) => eventStreamsOf(source).includes(stream))
      .map((view) => takingFrom(view, stream));
    const described = { name: stream.name, definition: stream, views: ownViews, allViews };
    // Onto what has parts that are not compiled yet, for a copy would compile them.
    return Object.assign(events(stream, ownViews, allViews, hashKey), described);
  });
  return { name: definition.name, streams, views, finalized };
}

type CompiledView = ViewPlan & { readonly downstream: ViewPlan[] };

function downstreamOf(view: ViewPlan): ViewPlan[] {
  return (view as CompiledView).downstream;
}

/** Compiles a view after those that it takes rows of. */
function compileView(
  definition: ViewDefinition,
  compiled: Map<ViewDefinition, CompiledView>,
  hashKey: HashKey,
): ViewPlan {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const source = mapViews<ViewDefinition, ViewPlan>(definition.source, (upstream) =>
    compileView(upstream, compiled, hashKey),
  );
  const id = fingerprint(definition);
  const key = `${definition.name}@${id}`;
  // Views that take the same of a join share its log.
  const same = [...compiled.values()].find((view) => view.key === key);
  if (same !== undefined) {
    compiled.set(definition, same);
    return same;
  }
  const window = windowOf(definition.window);
  const log = compileLog(definition);
  const select = compileSelect(definition);
  const aggregates = definition.aggregates.map(({ column }) => operatorFor(column.spec, column.argument?.type ?? null));
  const keepsEvents = log !== null || select !== null;
  const operators = keepsEvents ? [eventLogOperator] : [...aggregates, ...window.timeOperators];
  const accumulate =
    log !== null ? refuseUnknownSide : (select?.accumulate ?? compileAccumulate(definition, operators));
  // The events of a pane that have a row each are one group.
  const groupFields = select === null ? definition.groupBy.length : 0;
  const rows = once(() => compileRow(definition, operators));
  const alerts = once(() => compileAlerts(definition));
  const view: CompiledView = {
    name: definition.name,
    key,
    definition,
    source,
    downstream: [],
    window,
    operators,
    accumulate,
    originOf: (shard) => shard,
    log,
    select,
    get rows() {
      return rows();
    },
    get alerts() {
      return alerts();
    },
    segments: segmentCodec(id, groupFields, operators),
    tombstones: segmentCodec(id, groupFields, []),
    hashKey,
  };
  compiled.set(definition, view);
  return view;
}

/** A view as a stream, or a view above it, sees it: with the accumulator of what comes from there, and the names of its shards. */
function takingFrom(view: ViewPlan, from: StreamDefinition | ViewDefinition): ViewPlan {
  const { log, source } = view;
  const isOneOfSeveral = eventStreamsOf(source).length + upstreamsOf(source).length > 1;
  if (log === null && !isOneOfSeveral) return view;
  return {
    ...view,
    ...(log !== null && { accumulate: log.accumulatorOf(from) }),
    ...(from.kind === 'stream' && { originOf: streamOrigin(from) }),
  };
}

function refuseUnknownSide(): never {
  throw new BugError('An event came to a log that was not told which side it is of.');
}
