import { createHash } from 'node:crypto';
import { compileToFunction } from '../expression/compile-js.ts';
import { describeExpression } from '../expression/describe.ts';
import { type AlertDefinition, SEVERITIES, type Severity } from '../ir/alert.ts';
import { type ColumnNode, type ExpressionNode, operandsOf, toJson } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { RowValues } from './row.ts';

/** What a row says of an alert; null where the condition is false, as without a row. */
export type Verdict =
  /** The condition is true. */
  | { readonly kind: 'fires'; readonly severity: Severity; readonly reason: string }
  /** The condition is not true, and what ends an incident is not true either. */
  | { readonly kind: 'holds' };

/** An alert compiled. */
export interface AlertPlan {
  /** Name and fingerprint: what its incidents are kept under. */
  readonly key: string;
  readonly definition: AlertDefinition;
  judge(row: RowValues): Verdict | null;
}

/** A cause is a line for a person. */
const MAX_REASON = 300;

export function compileAlerts(view: ViewDefinition): readonly AlertPlan[] {
  return view.alerts.map((alert) => {
    const fires = compileToFunction(alert.when);
    const ends = alert.resolve === null ? null : compileToFunction(alert.resolve);
    const severityOf = compileSeverity(alert);
    const reasonOf = compileReason(alert);
    return {
      key: `${alert.name}@${alertFingerprint(view, alert)}`,
      definition: alert,
      judge(row) {
        if (fires(row) === true) return { kind: 'fires', severity: severityOf(row), reason: reasonOf(row) };
        return ends === null || ends(row) === true ? null : { kind: 'holds' };
      },
    };
  });
}

export function isGraver(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other);
}

function compileSeverity({ severities, otherSeverity }: AlertDefinition): (row: RowValues) => Severity {
  const cases = severities.map(({ severity, condition }) => ({ severity, holds: compileToFunction(condition) }));
  return (row) => cases.find(({ holds }) => holds(row) === true)?.severity ?? otherSeverity;
}

/** The text that the definition gives; or the condition in words, with the values that say more than it. */
function compileReason({ reason, when }: AlertDefinition): (row: RowValues) => string {
  const given = reason === null ? () => null : compileToFunction(reason);
  const words = describeExpression(when);
  const paths = new Map(tellingFields(when).map((path) => [path.join('.'), path]));
  const made = (row: RowValues) => {
    const values = [...paths].map(([name, path]) => `${name} is ${JSON.stringify(toJson(valueAt(row, path)))}`);
    return values.length === 0 ? words : `${words}: ${values.join(', ')}`;
  };
  return (row) => String(given(row) ?? made(row)).slice(0, MAX_REASON);
}

/** The fields of a condition that is true whose values it does not give away itself. */
function tellingFields(when: ExpressionNode): (readonly string[])[] {
  if (when.op === 'and') return when.operands.flatMap(tellingFields);
  const isFlag = when.op === 'field';
  const isKnown = when.op === 'compare' && when.operator === 'eq' && when.right.op === 'literal';
  return isFlag || isKnown ? [] : fieldsIn(when);
}

function valueAt(row: RowValues, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    return (value as Readonly<Record<string, unknown>>)[name] ?? null;
  }, row);
}

function fieldsIn(node: ColumnNode): (readonly string[])[] {
  return node.op === 'field' ? [node.path] : operandsOf(node).flatMap(fieldsIn);
}

/**
 * Twelve hexadecimal digits for what decides which incidents there are. Who is told of them, and in which words, can change
 * freely.
 */
function alertFingerprint(view: ViewDefinition, alert: AlertDefinition): string {
  const { when, severities, otherSeverity, forWindows, cooldownMs, resolve } = alert;
  const conditions = [when, ...(resolve === null ? [] : [resolve]), ...severities.map(({ condition }) => condition)];
  const columns = columnsBehind(view, conditions);
  const facts = { when, severities, otherSeverity, forWindows, cooldownMs, resolve, columns };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12);
}

/** Derived columns that expressions read, directly or by way of others: the view's fingerprint may not say what they are. */
function columnsBehind({ derived }: ViewDefinition, nodes: readonly ExpressionNode[]): ViewDefinition['derived'] {
  const read = new Set(nodes.flatMap(fieldsIn).map(([name]) => name));
  const behind = new Set<ViewDefinition['derived'][number]>();
  for (const column of [...derived].reverse()) {
    if (!read.has(column.name)) continue;
    behind.add(column);
    for (const [name] of fieldsIn(column.node)) read.add(name);
  }
  return [...behind];
}
