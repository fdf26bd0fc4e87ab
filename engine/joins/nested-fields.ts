import { Constants, compileFunction } from '../expression/compile-js.ts';
import type { FieldNode } from '../ir/join-definition.ts';
import type { ColumnValue } from '../ir/node.ts';
import type { LogRow } from './event-log.ts';
import { fromStored } from './stored-value.ts';

/** The kept fields of an event, nested as they were in it. */
export type NestedFields = { [name: string]: ColumnValue | NestedFields };

/**
 * Makes the fields of an event of its kept values; the first of them is at an index. Compiled to constructors: objects without a
 * prototype would be dictionaries, which cost several times as much to make and to read.
 *
 * @example of `amount` and `card.country`
 * function F1(values) { this["country"] = (values[1] ?? null); }
 * function F0(values) { this["amount"] = (values[0] ?? null); this["card"] = new F1(values); }
 */
export function nestedFields(columns: readonly FieldNode[], firstIndex = 0): (row: LogRow) => NestedFields {
  const constants = new Constants();
  const lines: string[] = [];
  const root = addConstructor(treeOf(columns, firstIndex), constants, lines);
  const makeOf = compileFunction<() => (values: LogRow['values']) => NestedFields>(
    [],
    [...lines, `return (values) => new ${root}(values);`].join('\n'),
    constants,
  );
  const make = makeOf();
  return ({ values }) => make(values);
}

/**
 * Makes an object of named parts, in the same way.
 *
 * @example recordOf(['clicks', 'purchases'])(click, purchase) // { clicks: click, purchases: purchase }
 */
export function recordOf(names: readonly string[]): (...parts: readonly unknown[]) => object {
  const parts = names.map((_, index) => `p${index}`).join(', ');
  const constants = new Constants();
  const sets = names.map((name, index) => `this[${JSON.stringify(name)}] = p${index};`).join(' ');
  const lines = [`function F0(${parts}) { ${sets} }`, `F0.prototype = ${constants.add(NO_PROTOTYPE)};`];
  lines.push(`return (${parts}) => new F0(${parts});`);
  return compileFunction<() => (...parts: readonly unknown[]) => object>([], lines.join('\n'), constants)();
}

/** Fields inherit nothing, so that none is found which is not there, such as `constructor`. */
const NO_PROTOTYPE = Object.freeze(Object.create(null));

/** By name a column with the index of its value, or fields that are nested. */
type Tree = Map<string, { readonly index: number; readonly type: FieldNode['type'] } | Tree>;

function treeOf(columns: readonly FieldNode[], firstIndex: number): Tree {
  const root: Tree = new Map();
  columns.forEach(({ path, type }, column) => {
    let owner = root;
    for (const name of path.slice(0, -1)) {
      const known = owner.get(name);
      const inner: Tree = known instanceof Map ? known : new Map();
      owner.set(name, inner);
      owner = inner;
    }
    owner.set(path.at(-1) as string, { index: firstIndex + column, type });
  });
  return root;
}

/** Adds the constructor of a tree's objects after those of the nested ones: its name. */
function addConstructor(tree: Tree, constants: Constants, lines: string[]): string {
  const sets = [...tree].map(([name, field]) => {
    const value =
      field instanceof Map
        ? `new ${addConstructor(field, constants, lines)}(values)`
        : field.type.kind === 'json'
          ? `${constants.add(fromStored(field.type))}(values[${field.index}])`
          : `(values[${field.index}] ?? null)`;
    return `this[${JSON.stringify(name)}] = ${value};`;
  });
  const name = `F${lines.length}`;
  lines.push(`function ${name}(values) { ${sets.join(' ')} } ${name}.prototype = ${constants.add(NO_PROTOTYPE)};`);
  return name;
}
