import type { Column, EventColumns, NeededField } from '../columns/event-columns.ts';
import { TextTable } from '../columns/text-table.ts';
import type { Value } from '../ir/node.ts';
import { compileToFunction } from './compile-js.ts';
import { kindOf } from './vector.ts';

/** An event that was read by itself, and where its text lies. */
export interface ReadEvent {
  readonly event: object;
  readonly timeMs: number;
  readonly start: number;
  readonly end: number;
}

/** Makes columns of events that are objects, as the plain path reads them. */
export class ColumnsBuilder {
  readonly #fields: readonly FieldReader[];

  constructor(fields: readonly NeededField[]) {
    this.#fields = fields.map(({ path, type }) => ({
      kind: kindOf(type),
      read: compileToFunction({ op: 'field', path, type: { ...type, nullable: true } }),
      table: new TextTable(),
    }));
  }

  /** Whether columns can hold an event: a whole number beyond 2^53 is a bigint, and no double. */
  fits(event: object): boolean {
    return this.#fields.every(({ kind, read }) => kind !== 'number' || typeof read(event) !== 'bigint');
  }

  columnsOf(events: readonly ReadEvent[], firstIndex: number, bytes: Uint8Array): EventColumns {
    return {
      length: events.length,
      firstIndex,
      timesMs: Float64Array.from(events, ({ timeMs }) => timeMs),
      starts: Int32Array.from(events, ({ start }) => start),
      ends: Int32Array.from(events, ({ end }) => end),
      bytes,
      columns: this.#fields.map((field) => columnOf(field, events)),
    };
  }
}

interface FieldReader {
  readonly kind: ReturnType<typeof kindOf>;
  readonly read: (event: object) => Value;
  readonly table: TextTable;
}

function columnOf({ kind, read, table }: FieldReader, events: readonly ReadEvent[]): Column {
  const values = events.map(({ event }) => read(event));
  switch (kind) {
    case 'number': {
      const present = Uint8Array.from(values, (value) => (value === null ? 0 : 1));
      // Adding 0 makes −0 and 0 one.
      return { kind, values: Float64Array.from(values, (value) => Number(value) + 0), present };
    }
    case 'text': {
      const codes = Int32Array.from(values, (value) => (value === null ? -1 : table.codeOf(value as string)));
      return { kind, codes, dictionary: table };
    }
    case 'boolean':
      return { kind, values: Uint8Array.from(values, (value) => (value === null ? 2 : Number(value))) };
    default:
      return { kind, values };
  }
}
