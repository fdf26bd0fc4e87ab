import { Constants, compileFunction } from '../../expression/compile-js.ts';
import { EARLIEST_EVENT_MS, LATEST_EVENT_MS } from '../../time/instant.ts';
import type { Block } from './block.ts';
import { KeyList } from './key-list.ts';
import type { KeyLayout, Layout, ObjectLayout } from './layout.ts';
import { matches } from './matches.ts';
import type { StreamReaders, StructReader } from './readers.ts';
import { NULL_WORD, type ValueReader } from './value-reader.ts';

/** The rows of a stretch, beside their columns. */
export interface Rows {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Behind the last line that was read. */
  at: number;
}

/**
 * Reads lines that look as the layout says, from a place of the block to the first one that does not, to the end, or up to a
 * number of rows. Returns how many rows there are then. `latestMs`: of events that are not too far in the future.
 */
export type ScanLines = (
  from: number,
  end: number,
  rows: number,
  maxRows: number,
  backslash: number,
  latestMs: number,
) => number;

/**
 * Compiles a layout into straight code. The names of a definition or of an event get into it as numbers only: the words of their
 * bytes.
 *
 * @example of `{"page":…,"at":…}`, without the ends of the line
 * let s0 = 0;
 * o0: for (;;) {
 *   switch (s0) {
 *     case 0:
 *       if (!(v.getInt32(at, true) === 1734438946 && v.getInt32(at + 3, true) === 975332711)) {
 *         if ((s0 = k0.after(at, 0)) < 0) break line;
 *         continue o0;
 *       }
 *       if ((at = r0.read(at + 7, row)) < 0) break line;
 *       if (b[at] !== 44) break line;   // a required field is still to come
 *       at += 1;
 *     case 1: …
 *       if (b[at] !== 44) break o0;
 *       at += 1;
 *     default: break line;
 *   }
 * }
 * if (b[at++] !== 125) break line;
 */
export function compileLayout(layout: Layout, readers: StreamReaders, block: Block, out: Rows): ScanLines {
  const code = new LayoutCode(layout, block);
  const body = code.object(layout.root, 0);
  const lacking = readers.lacking.map((reader) => `${code.constant(reader)}.missing(row);`);
  const times = code.constant(readers.eventTime.values);
  const [starts, ends, outName] = [code.constant(out.starts), code.constant(out.ends), code.constant(out)];
  const lines = [
    `const b = ${code.constants.add(block.bytes)}, v = ${code.constants.add(block.view)};`,
    ...code.declarations(),
    'let lineAt = from, row = rows;',
    'for (;;) {',
    'while (b[lineAt] === 10) lineAt++;',
    'if (lineAt >= end || row >= maxRows) break;',
    'line: {',
    'let at = lineAt;',
    ...lacking,
    'if (b[at++] !== 123) break line;',
    body,
    'let lineEnd = at;',
    'if (at !== end) {',
    // Beyond the end there are zeros.
    'if (b[at] === 13) lineEnd = ++at;',
    'if (at !== end && b[at++] !== 10) break line;',
    'if (at > end) break line;',
    '}',
    'if (backslash < lineEnd) break line;',
    `const timeMs = ${times}[row];`,
    `if (!(timeMs >= ${EARLIEST_EVENT_MS} && timeMs <= ${LATEST_EVENT_MS} && timeMs <= latestMs)) break line;`,
    `${starts}[row] = lineAt;`,
    `${ends}[row] = lineEnd;`,
    'row++;',
    'lineAt = at;',
    'continue;',
    '}',
    'break;',
    '}',
    `${outName}.at = lineAt;`,
    'return row;',
  ];
  const parameters = ['from', 'end', 'rows', 'maxRows', 'backslash', 'latestMs'];
  return compileFunction<ScanLines>(parameters, lines.join('\n'), code.constants);
}

class LayoutCode {
  readonly constants = new Constants();
  readonly #names = new Map<unknown, string>();
  readonly #layout: Layout;
  readonly #block: Block;

  constructor(layout: Layout, block: Block) {
    this.#layout = layout;
    this.#block = block;
  }

  /** The local variable that holds a value. */
  constant(value: unknown): string {
    const name = this.#names.get(value) ?? `k${this.#names.size}`;
    this.#names.set(value, name);
    return name;
  }

  declarations(): string[] {
    return [...this.#names].map(([value, name]) => `const ${name} = ${this.constants.add(value)};`);
  }

  /** Of an object, from behind its opening brace to behind the closing one. */
  object({ struct, keys }: ObjectLayout, level: number): string {
    const required = keys.map(({ field }) => field?.required === true);
    const isComplete = [...struct.fields].every(
      ([name, field]) => !field.required || keys.some((key) => key.name === name),
    );
    // No event can look like that.
    if (!isComplete) return 'break line;';
    if (keys.length === 0) return 'if (b[at++] !== 125) break line;';
    const names = keys.map(({ name }) => Buffer.from(JSON.stringify(name) + this.#layout.colon));
    const list = this.constant(new KeyList(this.#block.bytes, names, required));
    const lastRequired = required.lastIndexOf(true);
    const cases = keys.map((key, number) =>
      [
        `case ${number}:`,
        `if (!(${matches(names[number] as Buffer)})) {`,
        required[number] ? 'break line;' : `if ((s${level} = ${list}.after(at, ${number})) < 0) break line;`,
        required[number] ? '' : `continue o${level};`,
        '}',
        this.#value(key, struct, (names[number] as Buffer).length, level),
        `if (b[at] !== 44) break ${number < lastRequired ? 'line' : `o${level}`};`,
        this.#layout.comma === ',' ? 'at++;' : 'if (b[at + 1] !== 32) break line;\nat += 2;',
      ].join('\n'),
    );
    return [
      `let s${level} = 0;`,
      `o${level}: for (;;) {`,
      `switch (s${level}) {`,
      ...cases,
      'default: break line;',
      '}',
      '}',
      'if (b[at++] !== 125) break line;',
    ].join('\n');
  }

  #value({ field, inner }: KeyLayout, { others }: StructReader, length: number, level: number): string {
    if (inner === null) {
      const reader = field?.kind === 'leaf' ? field.reader : (others as ValueReader);
      if (reader.source === undefined) {
        return `if ((at = ${this.constant(reader)}.read(at + ${length}, row)) < 0) break line;`;
      }
      return `at += ${length};\n${reader.source((value) => this.constant(value))}`;
    }
    return [
      `at += ${length};`,
      'if (b[at] === 123) {',
      'at++;',
      this.object(inner, level + 1),
      '} else {',
      inner.struct.required ? 'break line;' : `if (v.getInt32(at, true) !== ${NULL_WORD}) break line;\nat += 4;`,
      '}',
    ].join('\n');
  }
}
