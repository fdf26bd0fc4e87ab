import { type FieldShape, type LeafShape, placedLeaves } from '../ir/field-shape.ts';
import { type ExplodeStep, nodeOfStep, type ViewDefinition } from '../ir/view-definition.ts';
import { append } from '../lists/append.ts';
import { columnsIn, refuseTwins, unusedName } from './columns.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import type { Dialect } from './dialect.ts';
import { SqlError } from './errors.ts';
import { type Cte, compileSteps, type Step } from './stages.ts';
import { identifier, select } from './text.ts';
import { readValue, wireKindOf } from './typed-events.ts';

/** The steps of a view as SELECTs, one after the other from `from`; `names` are the columns that it has. */
export function compileEventSteps(
  view: ViewDefinition,
  from: string,
  scope: SqlScope,
  names: readonly string[],
): ReturnType<typeof compileSteps> {
  const read = pathsRead(view);
  const ctes: Cte[] = [];
  let [last, inner, plain]: [string, SqlScope, Step[]] = [from, scope, []];
  const take = ({ ctes: added, last: to, scope: after }: ReturnType<typeof compileSteps>) => {
    append(ctes, added);
    [last, inner, plain] = [to, after, []];
  };
  for (const step of view.steps) {
    if (step.step !== 'explode') {
      plain.push(step);
      continue;
    }
    take(compileSteps(plain, last, inner));
    take(compileExplode(step, last, inner, { names, read }));
  }
  take(compileSteps(plain, last, inner));
  return { ctes, last, scope: inner };
}

/** Dotted paths of what the expressions over events of a view read. */
function pathsRead({ steps, groupBy, selected = [], aggregates }: ViewDefinition): ReadonlySet<string> {
  const ofAggregates = aggregates.flatMap(({ column }) => [column.argument, column.condition]);
  const nodes = [...steps.map(nodeOfStep), ...[...groupBy, ...selected].map(({ node }) => node), ...ofAggregates];
  return new Set(nodes.flatMap((node) => (node === null ? [] : columnsIn(node))));
}

/** A row for each element, and then a column for each of its fields that is read. */
function compileExplode(
  { name, list, kind, elements, position, outer }: ExplodeStep,
  from: string,
  scope: SqlScope,
  { names, read }: { readonly names: readonly string[]; readonly read: ReadonlySet<string> },
): ReturnType<typeof compileSteps> {
  const { dialect } = scope;
  const { shape } = elements;
  const [all, one, ordinal] = ['elements', 'element', 'ordinal'].map((wish) =>
    unusedName(`${name} ${wish}`, names),
  ) as [string, string, string];
  const isSimple = shape.shape === 'leaf' && shape.type.kind !== 'json';
  const listed = dialect.elementsOf(compileExpression(list, scope), kind, isSimple);
  const steps = [
    { name: `elements_of_${from}`, sql: select({ columns: ['*', `${listed} AS ${all}`], from }) },
    {
      name: `exploded_${from}`,
      sql: dialect.unnest(`elements_of_${from}`, {
        list: all,
        element: one,
        position: position === undefined ? null : identifier(position),
        ordinal,
        isOuter: outer === true,
      }),
    },
  ];
  const fields = fieldsOf(name, shape).filter(({ path }) => read.has(path));
  refuseTwins(
    fields.map(({ path }) => path),
    `the elements of '${name}'`,
  );
  refuseQuotes(fields);
  const columns = fields.map((field) => `${elementValue(field, one, dialect)} AS ${identifier(field.path)}`);
  const typed = {
    name: `typed_${steps[1]?.name}`,
    sql: select({ columns: ['*', ...columns], from: `exploded_${from}` }),
  };
  const made = columns.length === 0 ? steps : [...steps, typed];
  const derived = new Set([
    ...scope.derived,
    ...fields.map(({ path }) => path),
    ...(position === undefined ? [] : [position]),
  ]);
  return { ctes: made, last: made.at(-1)?.name ?? from, scope: { ...scope, derived } };
}

interface ElementField {
  /** Dotted, with the element's column before it. */
  readonly path: string;
  readonly wirePath: readonly string[];
  /** Null of the element itself, where it is an object: it can be asked whether there is one. */
  readonly shape: LeafShape | null;
}

function fieldsOf(name: string, shape: FieldShape): readonly ElementField[] {
  if (shape.shape === 'leaf') return [{ path: name, wirePath: [], shape }];
  const inner = placedLeaves(shape).map(({ path, wirePath, leaf }) => ({
    path: [name, ...path].join('.'),
    wirePath,
    shape: leaf,
  }));
  return [{ path: name, wirePath: [], shape: null }, ...inner];
}

/** Neither engine has a way to write such a name in a path. */
function refuseQuotes(fields: readonly ElementField[]): void {
  const quoted = fields.flatMap(({ wirePath }) => wirePath).find((name) => /["\\]/.test(name));
  if (quoted === undefined) return;
  throw new SqlError(
    `The field ${JSON.stringify(quoted)} of a list's elements has no path in SQL: its name has a quote or a backslash in it.`,
  );
}

function elementValue({ wirePath, shape }: ElementField, element: string, dialect: Dialect): string {
  if (shape === null) return dialect.jsonAt(element, wirePath, 'any');
  return readValue(dialect.jsonAt(element, wirePath, wireKindOf(shape)), shape, dialect);
}
