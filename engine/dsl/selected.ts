import { DefinitionError } from '../ir/errors.ts';
import type { StructShape } from '../ir/field-shape.ts';
import { ROW_COLUMNS } from '../ir/names.ts';
import { goesOverRows, type NamedNode } from '../ir/node.ts';
import { latenessOf, type SourceDefinition } from '../ir/source-definition.ts';
import { type RowsWindow, type WindowColumn, type WindowTraits, withTraits } from '../ir/window.ts';
import { callColumns } from './columns.ts';

const SINGLE_EVENTS = 'its rows are single events, which lie in no windows';

const TRAITS: WindowTraits<WindowColumn<'rows'>> = {
  columns: ['event_time'],
  hands: 'final',
  refuses: {
    source: null,
    totals: SINGLE_EVENTS,
    rolling: SINGLE_EVENTS,
    shares: SINGLE_EVENTS,
    rate: SINGLE_EVENTS,
    complete: SINGLE_EVENTS,
    lateness: null,
    keepRows: null,
  },
};

/** How long events of one pane wait for each other, in event time: shorter ones would be more items to write. */
const PANE_MS = 10_000;

/** What a view of events as they are has in the place of a window. */
export function rowsWindow(): RowsWindow {
  return withTraits({ kind: 'rows', paneMs: PANE_MS }, TRAITS);
}

/** What `select()` was given: names of fields, or a callback that makes columns. */
export function selectedColumns(
  where: string,
  given: unknown,
  shape: StructShape,
  fields: object,
): readonly NamedNode[] {
  const columns = Array.isArray(given)
    ? callColumns(
        where,
        () => Object.fromEntries(checkedNames(where, given, shape).map(asEntry(fields))),
        fields,
        TAKEN,
      )
    : callColumns(where, given as (fields: object) => Record<string, unknown>, fields, TAKEN);
  if (columns.length === 0) {
    throw new DefinitionError(`${where} selects no columns. Name at least one field: select(['${firstOf(shape)}']).`);
  }
  return columns.map(({ name, node }): NamedNode => {
    if (node.op !== 'structOperator' && !goesOverRows(node)) return { name, node };
    throw new DefinitionError(`${where}: '${name}' goes over a group's last rows, and ${SINGLE_EVENTS}.`);
  });
}

const TAKEN: ReadonlySet<string> = new Set(ROW_COLUMNS);

function asEntry(fields: object): (name: string) => readonly [string, unknown] {
  return (name) => [name, (fields as Readonly<Record<string, unknown>>)[name]];
}

function checkedNames(where: string, names: readonly unknown[], shape: StructShape): string[] {
  return names.map((name, index) => {
    const field = shape.fields.get(String(name));
    if (field === undefined) {
      throw new DefinitionError(
        `${where}: there is no field '${String(name)}'. The fields are ${[...shape.fields.keys()].join(', ')}.`,
      );
    }
    if (field.shape === 'struct') {
      throw new DefinitionError(
        `${where}: '${String(name)}' is an object of fields. Select these: select((e) => ({ … })).`,
      );
    }
    if (names.indexOf(name) < index) throw new DefinitionError(`${where}: field '${String(name)}' is named twice.`);
    return String(name);
  });
}

function firstOf({ fields }: StructShape): string {
  return [...fields.keys()][0] ?? 'field';
}

/**
 * A row of an event is written once. So where a view's rows can still change, they are taken when they do so no more, as joins
 * take them: as a union of one.
 */
export function onceSettled(source: SourceDefinition): SourceDefinition {
  if (source.kind !== 'view' || latenessOf({ source, allowedLatenessMs: 0 }) === 0) return source;
  return { kind: 'union', name: source.view.name, streams: [], views: [source.view] };
}
