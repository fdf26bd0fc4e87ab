import type { AggregateOperator } from '../aggregates/operator.ts';
import type { StateColumns } from '../aggregates/state-column.ts';
import type { NeededField } from '../columns/event-columns.ts';
import { ColumnExpressions } from '../expression/column-expressions.ts';
import { canBeNull } from '../expression/compile-js.ts';
import { type Grouping, groupingBy } from '../expression/grouping.ts';
import type { Locals, Vector } from '../expression/vector.ts';
import { fieldAt } from '../ir/field-shape.ts';
import type { ExpressionNode } from '../ir/node.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { explodes, type NamedAggregate, type ViewDefinition } from '../ir/view-definition.ts';
import type { LogVectors } from '../joins/log-states.ts';
import type { LogPlan } from './log.ts';
import type { LogEvents } from './log-accumulator.ts';

/** A stream's views compiled for events in columns. What `compileAccumulate` makes of one event, this makes of a stretch. */
export interface ColumnPlan {
  /** Fields that the columns hold. */
  readonly fields: readonly NeededField[];
  readonly expressions: ColumnExpressions;
  readonly bundles: readonly BundlePlan[];
  /** Ids by which duplicates are dropped; null where every event counts. */
  readonly ids: Vector | null;
}

/** Views whose events lie in the same panes and groups. They differ in their aggregates, and find the groups once. */
export interface BundlePlan {
  /** Events of which one is not true are filtered out. */
  readonly conditions: readonly Vector[];
  readonly grouping: Grouping;
  readonly groupFields: number;
  /** Whether it is noted which windows events missed: a log has none. */
  readonly notesMissed: boolean;
  readonly views: readonly BundledView[];
}

export interface BundledView {
  /** Among the stream's views. */
  readonly index: number;
  readonly definition: ViewDefinition;
  /** The view's; those beyond `inputs` take the events' times. */
  readonly operators: readonly AggregateOperator[];
  readonly inputs: readonly AggregateInput[];
  /** What is kept of events, where the view is a log of them. */
  readonly log: LogVectors | null;
}

export interface AggregateInput {
  /** Null: events count as such, or all of them have a value and nobody looks at it. */
  readonly argument: Vector | null;
  readonly condition: Vector | null;
  /** The same for aggregates whose states are the same. */
  readonly name: string;
}

interface CompiledView {
  readonly definition: ViewDefinition;
  readonly operators: readonly AggregateOperator[];
  readonly log: Pick<LogPlan, 'eventsOf'> | null;
}

/** Null where a view takes events whole. */
export function compileColumns(stream: StreamDefinition, views: readonly CompiledView[]): ColumnPlan | null {
  const takesWhole = ({ definition, log }: CompiledView) =>
    definition.selected !== undefined || explodes(definition) || log?.eventsOf(stream) === null;
  if (views.some(takesWhole)) return null;
  const expressions = new ColumnExpressions();
  const bundles = new Map<string, BundlePlan & { readonly views: BundledView[] }>();
  views.forEach(({ definition, operators, log: ofLog }, index) => {
    const events = ofLog?.eventsOf(stream) ?? null;
    const { conditions, groups, inputs, log } =
      events === null ? ofAggregates(definition, operators, expressions) : ofEvents(events, expressions);
    const key = bundleKey(definition, conditions, groups);
    const bundle = bundles.get(key) ?? {
      conditions,
      grouping: groupingBy(groups, expressions.stretch),
      groupFields: groups.length,
      notesMissed: log === null,
      views: [],
    };
    bundles.set(key, bundle);
    bundle.views.push({ index, definition, operators, inputs, log });
  });
  const ids = idsOf(stream, expressions);
  return { fields: expressions.fields, expressions, bundles: [...bundles.values()], ids };
}

type Taken = Pick<BundlePlan, 'conditions'> &
  Pick<BundledView, 'inputs' | 'log'> & { readonly groups: readonly Vector[] };

function ofAggregates(
  definition: ViewDefinition,
  operators: readonly AggregateOperator[],
  expressions: ColumnExpressions,
): Taken {
  const { locals, conditions } = stepsOf(definition, expressions);
  const groups = definition.groupBy.map(({ node }) => expressions.vector(node, locals));
  const inputs = definition.aggregates.map((aggregate, n) =>
    inputOf(aggregate, operators[n] as AggregateOperator, { locals, expressions }),
  );
  return { conditions, groups, inputs, log: null };
}

function ofEvents(
  { side, key, keepsNullKeys, columns, tests, keepsAll }: LogEvents,
  expressions: ColumnExpressions,
): Taken {
  const vectorOf = (node: ExpressionNode) => expressions.vector(node, new Map());
  const conditions = keepsNullKeys
    ? []
    : key.filter(({ type }) => type.nullable).map((node) => vectorOf(isThere(node)));
  const asked = tests?.flatMap(({ ofEvent }) => ofEvent ?? []) ?? [];
  if (!keepsAll && tests !== null && asked.length === tests.length) {
    conditions.push(vectorOf({ op: 'or', operands: asked, type: { kind: 'boolean', nullable: true } }));
  }
  const log: LogVectors = {
    side,
    tests: tests?.map(({ bit, ofEvent }) => ({ bit, passes: ofEvent && vectorOf(ofEvent) })) ?? null,
    columns: columns.map((node) => ({ vector: vectorOf(node), type: node.type })),
  };
  return { conditions, groups: key.map(vectorOf), inputs: [], log };
}

function isThere(operand: ExpressionNode): ExpressionNode {
  const type = { kind: 'boolean', nullable: false } as const;
  return { op: 'not', operand: { op: 'isNull', operand, type }, type };
}

function stepsOf({ steps }: ViewDefinition, expressions: ColumnExpressions) {
  const locals = new Map<string, Vector>();
  const conditions: Vector[] = [];
  for (const step of steps) {
    if (step.step === 'where') conditions.push(expressions.vector(step.condition, locals));
    // Expressions are looked up by what names mean where they stand, so a later column of this name changes none of them.
    else if (step.step === 'derive') locals.set(step.name, expressions.vector(step.node, locals));
  }
  return { locals, conditions };
}

function inputOf(
  { column }: NamedAggregate,
  operator: AggregateOperator,
  { locals, expressions }: Sources,
): AggregateInput {
  const looksAt = operator.columns?.looksAt ?? 'value';
  const argument = column.argument === null ? null : argumentOf(column.argument, looksAt, { locals, expressions });
  const condition = column.condition === null ? null : expressions.vector(column.condition, locals);
  const kind = column.argument?.type.kind ?? null;
  return {
    argument,
    condition,
    name: JSON.stringify([column.spec, kind, argument?.id ?? null, condition?.id ?? null]),
  };
}

interface Sources {
  readonly locals: Locals;
  readonly expressions: ColumnExpressions;
}

function argumentOf(
  node: ExpressionNode,
  looksAt: StateColumns['looksAt'],
  { locals, expressions }: Sources,
): Vector | null {
  if (looksAt === 'hash') return expressions.hashes(node, locals);
  const names = new Map([...locals.keys()].map((name) => [name, name]));
  return looksAt === 'presence' && !canBeNull(node, { locals: names }) ? null : expressions.vector(node, locals);
}

function bundleKey(view: ViewDefinition, conditions: readonly Vector[], groups: readonly Vector[]): string {
  const idsIn = (vectors: readonly Vector[]) => vectors.map(({ id }) => id);
  return JSON.stringify([view.window, view.allowedLatenessMs, view.buckets, idsIn(conditions), idsIn(groups)]);
}

function idsOf({ dedupe, shape }: StreamDefinition, expressions: ColumnExpressions): Vector | null {
  const field = dedupe === null ? null : fieldAt(shape, dedupe.by);
  if (dedupe === null || field === null) return null;
  const type = { ...field.type, nullable: true };
  return expressions.vector({ op: 'field', path: dedupe.by.split('.'), type }, new Map());
}
