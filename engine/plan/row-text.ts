import type { ByteWriter } from '../bytes/byte-writer.ts';
import { JsonInstants, writeJsonValue } from '../bytes/json-writer.ts';
import { Constants, compileFunction } from '../expression/compile-js.ts';
import { type ColumnValue, toJson, type ValueType } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { formatInstant } from '../time/instant.ts';
import type { RowColumns, RowValues } from './row.ts';

/** How a row's values become JSON: as an object, and as its text. */
export interface RowFormat {
  /** Texts for instants, and for what a double would round. */
  readonly format: (values: RowValues) => RowColumns;
  /** `JSON.stringify` of what `format` gives, without the object between. */
  readonly text: (values: RowValues) => string;
  /** The same as bytes, without the text between. */
  readonly write: (values: RowValues, out: ByteWriter) => void;
}

export function compileRowFormat(view: ViewDefinition): RowFormat {
  const names = [...rowShape(view).fields.keys()];
  const instants = instantNames(view);
  const wholes = namesOf(view, ({ integer }) => integer === true);
  return {
    format(values) {
      const row: RowValues = { ...values };
      for (const name of instants) {
        const ms = row[name];
        if (typeof ms === 'number') row[name] = formatInstant(ms);
      }
      for (const name of wholes) row[name] = toJson(row[name] ?? null);
      return row as RowColumns;
    },
    text: compileText(names, instants),
    write: compileWrite(names, instants),
  };
}

/** The columns whose values are instants. */
export function instantNames(view: ViewDefinition): ReadonlySet<string> {
  return new Set(namesOf(view, ({ kind }) => kind === 'instant'));
}

function namesOf(view: ViewDefinition, is: (type: ValueType) => boolean): readonly string[] {
  return [...rowShape(view).fields].flatMap(([name, field]) =>
    field.shape === 'leaf' && is(field.type) ? [name] : [],
  );
}

/**
 * @example of a view that counts by page:
 * return '{"window_start":' + instant(row["window_start"]) + ',"page":' + value(row["page"]) + … + '}';
 */
function compileText(names: readonly string[], instants: ReadonlySet<string>): RowFormat['text'] {
  const constants = new Constants();
  const value = constants.add(valueText);
  const parts = names.map((name, index) => {
    const text = instants.has(name) ? constants.add(instantTexts()) : value;
    return `${JSON.stringify(beforeColumn(name, index))} + ${text}(row[${JSON.stringify(name)}])`;
  });
  return compileFunction(['row'], `return ${[...parts, "'}'"].join(' + ')};`, constants);
}

/**
 * @example of a view that counts by page:
 * out.part(before, 0, 16); instants.write(row["window_start"], out); out.part(beforePage, 0, 8); value(row["page"], out); … out.byte(125);
 */
function compileWrite(names: readonly string[], instants: ReadonlySet<string>): RowFormat['write'] {
  const constants = new Constants();
  const value = constants.add(writeJsonValue);
  const lines = names.map((name, index) => {
    const before = Buffer.from(beforeColumn(name, index));
    const write = instants.has(name) ? `${constants.add(new JsonInstants())}.write` : value;
    return `out.part(${constants.add(before)}, 0, ${before.length}); ${write}(row[${JSON.stringify(name)}], out);`;
  });
  return compileFunction(['row', 'out'], `${lines.join('\n')}\nout.byte(${CLOSING_BRACE});`, constants);
}

const CLOSING_BRACE = '}'.charCodeAt(0);

/** What of JSON is before the value of a column, the `index`-th of its row. */
export function beforeColumn(name: string, index: number): string {
  return `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`;
}

/** The texts of a column of instants. Those of rows that follow each other are often the same. */
function instantTexts(): (ms: ColumnValue) => string {
  let [lastMs, text] = [Number.NaN, ''];
  return (ms) => {
    if (typeof ms !== 'number') return valueText(ms);
    if (ms !== lastMs) [lastMs, text] = [ms, `"${formatInstant(ms)}"`];
    return text;
  };
}

function valueText(value: ColumnValue): string {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'bigint':
      return `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return JSON.stringify(value ?? null);
  }
}
