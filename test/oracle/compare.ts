import { descriptorOf } from '../../engine/aggregates/registry.ts';
import type { AggregateDefinition } from '../../engine/ir/aggregate.ts';
import type { ColumnNode } from '../../engine/ir/node.ts';
import { rowShape, type ViewDefinition } from '../../engine/ir/view-definition.ts';
import { traitsOf } from '../../engine/ir/window.ts';
import { approximateColumns } from '../../engine/sql/approximate-columns.ts';
import { sayableOf } from '../../engine/sql/sayable.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import type { OracleRow, OracleValue } from './duckdb.ts';

/** What the engine rounds once, DuckDB rounds along the way. */
const RELATIVE_TOLERANCE = 1e-9;
/** What a stream knows and a statement over all events does not. */
const SYSTEM_COLUMNS = ['revision', 'late_events', 'is_final'];
/** How many standard errors an approximation may be off. */
const STANDARD_ERRORS = 4;

type Check = (actual: unknown, expected: OracleValue, scale: number) => boolean;

/**
 * Compares a view's rows with the oracle's, which counted exactly what the view counts approximately. Returns a sentence
 * for each difference, at most ten. Rows must be in the same order; those of single events have none among those of one instant.
 */
export function differences(
  view: ViewDefinition,
  ...rows: readonly [actual: readonly OracleRow[], expected: readonly OracleRow[]]
): string[] {
  const [actual, expected] = view.selected === undefined ? rows : [byContent(view, rows[0]), byContent(view, rows[1])];
  const found: string[] = [];
  if (actual.length !== expected.length) {
    found.push(`The engine has ${actual.length} rows, DuckDB ${expected.length}.`);
  }
  const { view: said, leftOut } = sayableOf(view);
  const names = [...rowShape(said).fields.keys()];
  const checks = columnChecks(said);
  const scales = new Map(
    names.map((name) => [name, largest([...actual, ...expected].map((row) => row[name] ?? null))]),
  );
  for (let i = 0; i < Math.min(actual.length, expected.length) && found.length < 10; i++) {
    const [ours, theirs] = [actual[i] ?? {}, expected[i] ?? {}];
    for (const [label, row] of [['engine', { ...ours }] as const, ['DuckDB', theirs] as const]) {
      const columns = Object.keys(row).filter((name) => !SYSTEM_COLUMNS.includes(name) && !leftOut.has(name));
      if (columns.join() !== names.join()) found.push(`Row ${i}, ${label}: its columns are ${columns.join()}.`);
    }
    for (const [name, check] of checks) {
      const [x, y] = [ours[name] ?? null, theirs[name] ?? null];
      if (check(x, y, scales.get(name) ?? 0)) continue;
      found.push(
        `Row ${i}, '${name}': the engine has ${JSON.stringify(x)}, DuckDB ${String(y)}. ${JSON.stringify(ours)}`,
      );
    }
  }
  return found.slice(0, 10);
}

/** The engine orders the rows of an instant by their keys, which SQL has not. */
function byContent({ selected = [] }: ViewDefinition, rows: readonly OracleRow[]): OracleRow[] {
  const contentOf = (row: OracleRow) =>
    JSON.stringify(['event_time', ...selected.map(({ name }) => name)].map((name) => row[name]));
  return rows
    .map((row) => [contentOf(row), row] as const)
    .sort(([a], [b]) => compareText(a, b))
    .map(([, row]) => row);
}

function columnChecks(view: ViewDefinition): Map<string, Check> {
  // As of when a total is, depends on when its events came.
  const checked = traitsOf(view.window).columns.filter((name) => name !== 'as_of');
  const checks = new Map<string, Check>(checked.map((name) => [name, same]));
  for (const { name, node } of view.groupBy) checks.set(name, checkOf(node));
  for (const { name, node } of view.selected ?? []) checks.set(name, checkOf(node));
  // What is made of an approximate column has no exact value to compare with.
  const approximate = approximateColumns(view);
  const isComparable = ({ name }: { readonly name: string }) => approximate.get(name)?.kind !== 'derived';
  for (const { name, column } of view.aggregates.filter(isComparable)) checks.set(name, checkOfAggregate(column));
  for (const { name, node } of view.derived.filter(isComparable)) checks.set(name, checkOf(node));
  return checks;
}

function checkOfAggregate({ spec, type }: AggregateDefinition): Check {
  const approximation = descriptorOf(spec).approximation(spec);
  if (approximation?.kind === 'statistical') return aboutAsMany(STANDARD_ERRORS * approximation.standardError);
  if (approximation?.kind === 'bounded') return within(approximation.relativeError);
  if (type.kind === 'json') return sameJson;
  return type.kind === 'number' && !type.integer ? close : same;
}

function checkOf({ type }: ColumnNode): Check {
  if (type.kind === 'struct') return sameFields(Object.keys(type.fields));
  if (type.kind === 'json') return sameJson;
  return type.kind === 'number' ? close : same;
}

const same: Check = (actual, expected) => actual === expected;

/** A struct's fields that SQL can say; numbers in it are made of several, which are rounded along the way. */
function sameFields(names: readonly string[]): Check {
  return (actual, expected) => {
    const [ours, theirs] = [(actual ?? {}) as Record<string, unknown>, JSON.parse(String(expected ?? '{}'))];
    if (Object.keys(theirs).join() !== names.join()) return false;
    const numbers = names.map((name) => ours[name]).filter((value) => typeof value === 'number');
    const scale = Math.max(0, ...numbers.map(Math.abs));
    return names.every((name) => close(ours[name] ?? null, theirs[name] ?? null, scale));
  };
}

/** JSON is a text for DuckDB, in which 0 is 0.0. */
const sameJson: Check = (actual, expected) =>
  JSON.stringify(actual) === (typeof expected === 'string' ? JSON.stringify(JSON.parse(expected)) : 'null');

/** The rounding of what a column is derived from comes on top, which can be all where the value is 0. */
function within(relativeError: number): Check {
  return (actual, expected, scale) => {
    if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected;
    const rounding = RELATIVE_TOLERANCE * Math.min(scale, 1);
    return Math.abs(actual - expected) <= relativeError * (1 + RELATIVE_TOLERANCE) * Math.abs(expected) + rounding;
  };
}

/** Relative to the value; near 0, where a difference of large values may have left rounding errors, to the column. */
const close: Check = (actual, expected, scale) => {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected;
  return Math.abs(actual - expected) <= RELATIVE_TOLERANCE * Math.max(Math.abs(expected), Math.min(scale, 1));
};

function aboutAsMany(relativeError: number): Check {
  return (actual, expected) => {
    if (typeof actual !== 'number' || typeof expected !== 'number') return false;
    return Math.abs(actual - expected) <= Math.max(2, relativeError * expected);
  };
}

function largest(values: readonly OracleValue[]): number {
  return values.reduce<number>(
    (most, value) => (typeof value === 'number' ? Math.max(most, Math.abs(value)) : most),
    0,
  );
}
