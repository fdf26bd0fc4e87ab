import { Buffer } from 'node:buffer';
import type { AggregateOperator } from '../aggregates/operator.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { JsonInstants, writeJsonOfNext, writeJsonValue } from '../bytes/json-writer.ts';
import { readValue } from '../bytes/value-codec.ts';
import { Constants, compileFunction } from '../expression/compile-js.ts';
import type { ColumnValue } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { RowWindow } from '../ir/window.ts';
import { windowOf } from '../windows/registry.ts';
import type { WindowKind } from '../windows/window-kind.ts';
import { beforeColumn, instantNames } from './row-text.ts';

/**
 * Rows that are made of their window, the values of their group and their aggregates alone: they become bytes of JSON without an object of
 * their columns between. What is written is what `RowFormat` makes of the same row.
 */
export interface PlainRow {
  /** Writes the row of a group, whose values are stored where `values` stands. `stateOf` gives the states of aggregates by their places. */
  write(window: RowWindow, values: ByteReader, stateOf: (index: number) => unknown, out: ByteWriter): void;
}

/** Null where a row has other columns, depends on other rows, or may be left out. */
export function compilePlainRow(view: ViewDefinition, operators: readonly AggregateOperator[]): PlainRow | null {
  const kind = windowOf(view.window);
  return isPlain(view, kind) ? { write: compileWrite(view, kind, operators) } : null;
}

/**
 * @example of a view that counts by page:
 * out.raw(headOf(window)); out.part(beforePage, 0, 8); next(values, out); out.part(beforeN, 0, 5); value(result(stateOf(0), windowMs), out); …
 */
function compileWrite(
  view: ViewDefinition,
  kind: WindowKind,
  operators: readonly AggregateOperator[],
): PlainRow['write'] {
  const constants = new Constants();
  const [value, next, stored] = [writeJsonValue, writeJsonOfNext, readValue].map((of) => constants.add(of));
  const instants = instantNames(view);
  const names = Object.keys(kind.rowColumns({ startMs: 0, endMs: 0 }, () => null));
  const isKept = kind.timeOperators.length === 0;
  let columns = isKept ? names.length : 0;
  const before = (name: string) => {
    const bytes = Buffer.from(beforeColumn(name, columns++));
    return `out.part(${constants.add(bytes)}, 0, ${bytes.length});`;
  };
  const write = (name: string) => (instants.has(name) ? `${constants.add(new JsonInstants())}.write` : value);
  const lines = [
    `const windowMs = ${constants.add((window: RowWindow) => kind.lengthMs(window))}(window);`,
    ...(isKept
      ? [`out.raw(${constants.add(headsOf(kind, names))}(window));`]
      : [
          `const ofWindow = ${constants.add(timedColumns(view, kind, operators))}(window, stateOf);`,
          ...names.map((name) => `${before(name)} ${write(name)}(ofWindow[${JSON.stringify(name)}], out);`),
        ]),
    ...view.groupBy.map(({ name }) => {
      const written = instants.has(name) ? `${write(name)}(${stored}(values), out);` : `${next}(values, out);`;
      return `${before(name)} ${written}`;
    }),
    ...view.aggregates.map(({ name }, index) => {
      const operator = operators[index] as AggregateOperator;
      const result = constants.add(operator.result.bind(operator));
      return `${before(name)} ${write(name)}(${result}(stateOf(${index}), windowMs), out);`;
    }),
    `out.byte(${CLOSING_BRACE});`,
  ];
  return compileFunction(['window', 'values', 'stateOf', 'out'], lines.join('\n'), constants);
}

/** What the rows of a window begin with. It is kept for as long as rows are of one window. */
function headsOf(kind: WindowKind, names: readonly string[]): (window: RowWindow) => Uint8Array {
  const instants = new JsonInstants();
  let [last, head]: [RowWindow | null, Uint8Array] = [null, new Uint8Array(0)];
  return (window) => {
    if (window === last) return head;
    const out = new ByteWriter();
    const values = kind.rowColumns(window, () => null);
    for (const [index, name] of names.entries()) {
      out.utf8(beforeColumn(name, index));
      instants.write(values[name] as ColumnValue, out);
    }
    [last, head] = [window, out.finish()];
    return head;
  };
}

/** The columns of a window that is of one row alone. */
function timedColumns({ aggregates }: ViewDefinition, kind: WindowKind, operators: readonly AggregateOperator[]) {
  const first = aggregates.length;
  return (window: RowWindow, stateOf: (index: number) => unknown) =>
    kind.rowColumns(window, (index) => (operators[first + index] as AggregateOperator).result(stateOf(first + index)));
}

function isPlain(view: ViewDefinition, { grid, timeOperators }: WindowKind): boolean {
  const { selected, joined, derived, having, emit, emptyWindows } = view;
  const isOfAggregates = selected === undefined && joined === undefined && derived.length === 0;
  return (
    (grid !== null || timeOperators.length > 0) &&
    isOfAggregates &&
    having === undefined &&
    emit !== 'complete' &&
    emptyWindows === 'skip'
  );
}

const CLOSING_BRACE = '}'.charCodeAt(0);
