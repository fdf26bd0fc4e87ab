import { sumInSql } from '../aggregates/sum.ts';
import { isExact } from '../expression/compile-js.ts';
import { URL_PATH_PATTERN } from '../expression/semantics.ts';
import { functionOf } from '../functions/registry.ts';
import type {
  AnyRowOperatorNode,
  ArithmeticOperator,
  CompareOperator,
  ExpressionNode,
  LookupNode,
  StructOperatorNode,
  ValueType,
  WindowTotalNode,
} from '../ir/node.ts';
import { fromNodeConstant, type NodeConstant } from '../ir/whole-number.ts';
import { describeColumn, kindOf } from '../row-operators/registry.ts';
import type { RowsInSql } from '../row-operators/row-operator.ts';
import type { Dialect } from './dialect.ts';
import { SqlError } from './errors.ts';
import { type Bounds, canOverflow } from './magnitude.ts';
import { identifier, literal, textLiteral } from './text.ts';

/** What expressions are compiled in. A field is the column named by its dotted path: `e.device.os` is `"device.os"`. */
export interface SqlScope {
  readonly dialect: Dialect;
  readonly bounds: Bounds;
  /** Columns that were computed: arithmetic beyond the range of doubles makes them null whatever their types say. */
  readonly derived: ReadonlySet<string>;
  /** By which groups and in which order row operators go over rows. Not set where there are no rows, but events. */
  readonly rows?: Pick<RowsInSql, 'overRows' | 'step' | 'slideMs'>;
}

/**
 * An expression as SQL text with the meaning that it has in JavaScript (`compile-js.ts`, `semantics.ts`): arithmetic on
 * doubles, null where a result is infinite or a divisor is 0, texts by code point, instants as milliseconds.
 *
 * @example the node of `row.clicks.div(row.views)`
 * CAST("clicks" AS DOUBLE) / NULLIF("views", 0)
 */
export function compileExpression(node: ExpressionNode, scope: SqlScope): string {
  return compile(node, scope).sql;
}

/** How tightly an operator binds: what binds less than its surroundings needs is put in brackets. */
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const SUM = 5;
const PRODUCT = 6;
const ATOM = 7;

interface Compiled {
  readonly sql: string;
  readonly binds: number;
}

function compile(node: ExpressionNode, scope: SqlScope): Compiled {
  const operand = (inner: ExpressionNode, atLeast: number) => bracketed(compile(inner, scope), atLeast);
  switch (node.op) {
    case 'field':
      return atom(identifier(node.path.join('.')));
    case 'literal':
      return atom(constant(node.value, node.type));
    case 'compare':
      return {
        sql: `${operand(node.left, SUM)} ${COMPARISON_SIGN[node.operator]} ${operand(node.right, SUM)}`,
        binds: COMPARISON,
      };
    case 'in':
      return {
        sql: `${operand(node.operand, SUM)} IN (${constantsOf(node).join(', ')})`,
        binds: COMPARISON,
      };
    case 'isNull':
      return { sql: `${operand(node.operand, SUM)} IS NULL`, binds: COMPARISON };
    case 'and':
      return { sql: node.operands.map((inner) => operand(inner, NOT)).join(' AND '), binds: AND };
    case 'or':
      return { sql: node.operands.map((inner) => operand(inner, AND)).join(' OR '), binds: OR };
    case 'not':
      if (node.operand.op === 'isNull') {
        return { sql: `${operand(node.operand.operand, SUM)} IS NOT NULL`, binds: COMPARISON };
      }
      return { sql: `NOT ${operand(node.operand, ATOM)}`, binds: NOT };
    case 'arithmetic':
      return compileArithmetic(node, scope);
    case 'coalesce':
      return atom(`COALESCE(${operand(node.operand, OR)}, ${fallbackOf(node, scope)})`);
    case 'urlPath':
      return atom(compileUrlPath(operand(node.operand, OR)));
    case 'msSince':
      return { sql: `${operand(node.left, SUM)} - ${operand(node.right, PRODUCT)}`, binds: SUM };
    case 'call':
      return atom(compileCall(node, scope));
    case 'lookup':
      return atom(compileLookup(node, scope));
    case 'rowOperator':
      return atom(operatorSql(node, scope) as string);
    case 'windowTotal':
      return atom(compileWindowTotal(node, scope));
    case 'member':
      return atom(fieldsOfOperator(node.operand, scope)[node.name] as string);
  }
}

/** The fields of a row operator's struct, each as SQL. */
export function fieldsOfOperator(node: StructOperatorNode, scope: SqlScope): Readonly<Record<string, string>> {
  return operatorSql(node, scope) as Readonly<Record<string, string>>;
}

function operatorSql(node: AnyRowOperatorNode, scope: SqlScope): string | Readonly<Record<string, string>> {
  const kind = kindOf(node);
  if (scope.rows === undefined || kind.sql === undefined) {
    const why = scope.rows === undefined ? 'there are none before .aggregate(…)' : 'SQL cannot say it';
    throw new SqlError(`The ${describeColumn(node)} goes over a group's rows, and ${why}.`);
  }
  const operands = node.operands.map((operand) => compileExpression(operand, scope));
  return kind.sql(node.parameters, { ...scope.rows, operands, finite: scope.dialect.finite });
}

const COMPARISON_SIGN: Readonly<Record<CompareOperator, string>> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

const ARITHMETIC_SIGN: Readonly<Record<ArithmeticOperator, string>> = { add: '+', sub: '-', mul: '*', div: '/' };

function compileArithmetic(node: ExpressionNode & { op: 'arithmetic' }, scope: SqlScope): Compiled {
  const binds = node.operator === 'add' || node.operator === 'sub' ? SUM : PRODUCT;
  const left = bracketed(asDouble(node.left, scope), binds);
  // The right side binds more tightly, so that a − (b − c) keeps its brackets: doubles are not associative.
  const right =
    node.operator === 'div'
      ? divisor(node.right, scope)
      : bracketed(asDouble(node.right, scope), binds === SUM ? PRODUCT : ATOM);
  const sql = `${left} ${ARITHMETIC_SIGN[node.operator]} ${right}`;
  return canOverflow(node, scope.bounds) ? atom(scope.dialect.finite(sql)) : { sql, binds };
}

function divisor(node: ExpressionNode, scope: SqlScope): string {
  if (node.op === 'literal' && node.value !== 0) return constant(node.value, node.type);
  return `NULLIF(${compile(node, scope).sql}, 0)`;
}

/** Whole numbers are BIGINT columns, whose own arithmetic would fail where it leaves 64 bits. */
function asDouble(node: ExpressionNode, scope: SqlScope): Compiled {
  const compiled = compile(node, scope);
  const isDouble = node.op === 'literal' || node.op === 'arithmetic' || !node.type.integer;
  return isDouble ? compiled : atom(`CAST(${compiled.sql} AS DOUBLE)`);
}

/** Two steps rather than COALESCE: the path of null stays null, and the operand is written once. */
function compileUrlPath(url: string): string {
  return `regexp_replace(regexp_extract(${url}, ${textLiteral(URL_PATH_PATTERN)}, 1), '^$', '/')`;
}

/** A function's operands are put in brackets where it needs them: whatever they are, and whatever it makes of them. */
function compileCall(node: ExpressionNode & { op: 'call' }, scope: SqlScope): string {
  const descriptor = functionOf(node);
  const passed = descriptor.passesOn?.(node.operands.length) ?? [];
  const operands = node.operands.map((operand, index) => {
    const compiled =
      operand.type.kind === 'number' && !passed.includes(index) ? doubleOf(operand, scope) : compile(operand, scope);
    return bracketed(compiled, ATOM);
  });
  const sql = descriptor.sql(node.settings, { dialect: scope.dialect.name, operands, text: textLiteral });
  return `(${sql})`;
}

/** The sum that aggregates have, over the rows of a window. */
function compileWindowTotal({ operand, within }: WindowTotalNode, scope: SqlScope): string {
  if (scope.rows === undefined)
    throw new SqlError('A share of a window is of rows, and there are none before .aggregate(…).');
  const partition = ['"window_start"', ...within.map(identifier)].join(', ');
  const column = { dialect: scope.dialect, argument: operand, value: compileExpression(operand, scope) };
  const total = `CAST(${sumInSql({ ...column, filter: ` OVER (PARTITION BY ${partition})` })} AS DOUBLE)`;
  return operand.type.integer ? total : scope.dialect.finite(total);
}

/** A literal alone would be a DECIMAL or a whole number, whose functions have other types. */
function doubleOf(node: ExpressionNode, scope: SqlScope): Compiled {
  const compiled = asDouble(node, scope);
  return node.op === 'literal' ? atom(`CAST(${compiled.sql} AS DOUBLE)`) : compiled;
}

function compileLookup({ operand, entries, type }: LookupNode, scope: SqlScope): string {
  const list = (values: readonly (string | number | boolean)[], kind: ValueType['kind']) => {
    const [first, ...others] = values.map(literal);
    // The first says what all are: a list of whole numbers alone would not be of doubles.
    return `${kind === 'number' ? `CAST(${first} AS DOUBLE)` : first}${others.map((each) => `, ${each}`).join('')}`;
  };
  const keys = list(
    entries.map(([key]) => key),
    operand.type.kind,
  );
  const values = list(
    entries.map(([, value]) => value),
    type.kind,
  );
  return scope.dialect.lookup(asDouble(operand, scope).sql, keys, values);
}

function fallbackOf({ operand, fallback }: ExpressionNode & { op: 'coalesce' }, scope: SqlScope): string {
  return typeof fallback === 'object' ? compile(fallback, scope).sql : constant(fallback, operand.type);
}

/** A list with a fraction in it would be one of doubles, and so the whole numbers beside it: no fraction is one of those. */
function constantsOf({ operand, values }: ExpressionNode & { op: 'in' }): string[] {
  const wholes = values.filter((value) => typeof value === 'string' || Number.isSafeInteger(value));
  const kept = isExact(operand) && wholes.length > 0 ? wholes : values;
  return kept.map((value) => constant(value, operand.type));
}

function constant(value: NodeConstant, { kind }: ValueType): string {
  return literal(fromNodeConstant(value, kind));
}

function atom(sql: string): Compiled {
  return { sql, binds: ATOM };
}

function bracketed(compiled: Compiled, atLeast: number): string {
  return compiled.binds < atLeast ? `(${compiled.sql})` : compiled.sql;
}
