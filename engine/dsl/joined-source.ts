import { DefinitionError } from '../ir/errors.ts';
import { type FieldShape, fieldAt, type StructShape } from '../ir/field-shape.ts';
import { type FieldNode, type JoinSide, type JoinSource, joinedShape } from '../ir/join-definition.ts';
import { checkName } from '../ir/names.ts';
import { type ColumnNode, operandsOf, type ValueKind } from '../ir/node.ts';
import { type SourceDefinition, sourceShape } from '../ir/source-definition.ts';
import type { LatePolicy, ViewDefinition } from '../ir/view-definition.ts';
import type { LogWindow } from '../ir/window.ts';
import { WORDS } from './given.ts';
import { oneOf, wholeNumber } from './settings.ts';
import type { Instant } from './shape.ts';
import type { Source } from './stream.ts';
import { sourceOf } from './view-source.ts';

/** What all joins can set. */
export interface JoinSettings {
  /**
   * Events that come after the watermark has passed their time: `sideOutput` (the default) keeps them; `drop` counts them and lets
   * them go. A join takes no late events.
   */
  readonly lateEvents?: LatePolicy;
  /** Into how many parts the keys are divided, each joined on its own. 1 unless set; for very many keys. */
  readonly buckets?: number;
  /**
   * The most events of one key and side that are joined in one pane of event time (5 seconds to a minute): the first ones by time and
   * content. Rows of a key that has as many say `truncated`. 20,000 unless set; at most 1,000,000.
   */
  readonly maxPerKey?: number;
  /** Raise it when the join changes: it then starts over under the new version. 1 unless set. */
  readonly version?: number;
}

export const JOIN_SETTINGS = ['lateEvents', 'buckets', 'version', 'maxPerKey'] as const;
const MOST_PER_KEY = 1_000_000;
const MAX_BUCKETS = 256;
const MAX_VERSION = 1_000_000;

/** A field that can be a part of a key: its kind, for both sides must have the same. */
type Key<T> = [NonNullable<T>] extends [string]
  ? 'text'
  : [NonNullable<T>] extends [number]
    ? 'number'
    : [NonNullable<T>] extends [boolean]
      ? 'boolean'
      : [NonNullable<T>] extends [Instant]
        ? 'instant'
        : never;

/** The key: by field of the left side, the field of the right side that it is equal to. */
export type On<L, R> = {
  readonly [K in keyof L & string]?: {
    [J in keyof R & string]: [Key<L[K]>] extends [never] ? never : Key<L[K]> extends Key<R[J]> ? J : never;
  }[keyof R & string];
};

/**
 * A joined row: both sides under their names. A side that a row can lack is null with all that is in it. `truncated`: its key has more
 * events than are joined, or rows than are made, so what it matches may have been left out.
 */
export type Joined<LN extends string, L, RN extends string, R, T> = {
  [K in LN]: L | (T extends 'right' | 'full' ? null : never);
} & { [K in RN]: R | (T extends 'left' | 'full' ? null : never) } & { truncated: boolean };

/** A join as `view()` takes it: its rows are there for views alone. */
export class JoinedSource {
  readonly name: string;
  readonly definition: ViewDefinition;

  constructor(name: string, source: JoinSource<ViewDefinition>, window: LogWindow, settings: JoinSettings) {
    const where = `join '${name}'`;
    this.name = name;
    this.definition = {
      kind: 'view',
      name,
      version: wholeNumber(settings.version ?? 1, MAX_VERSION, `${where}: version is`),
      source,
      steps: [],
      window,
      groupBy: source.left.on.map((node, index) => ({ name: `key${index}`, node })),
      aggregates: [],
      derived: [],
      emit: 'onClose',
      allowedLatenessMs: 0,
      lateEvents: oneOf(settings.lateEvents ?? 'sideOutput', ['sideOutput', 'drop'], `${where}: lateEvents`),
      buckets: wholeNumber(settings.buckets ?? 1, MAX_BUCKETS, `${where}: buckets is`),
      keepRowsMs: null,
      emptyWindows: 'skip',
      keepGroupsForWindows: 1,
      alerts: [],
      joined: joinedShape(source),
    };
  }

  get [WORDS](): string {
    return `the join '${this.name}'`;
  }
}

/** How many events of a key are joined; undefined where it is not set. */
export function maxPerKeyOf({ maxPerKey }: JoinSettings, name: string): number | undefined {
  return maxPerKey === undefined ? undefined : wholeNumber(maxPerKey, MOST_PER_KEY, `join '${name}': maxPerKey is`);
}

/** Both sides of a join, with all of their fields. */
export function sidesOf(
  name: string,
  given: { readonly left: unknown; readonly right: unknown; readonly on: unknown },
): Pick<JoinSource<ViewDefinition>, 'left' | 'right'> {
  const where = `join '${name}'`;
  checkName(name, where);
  const [left, right] = [given.left, given.right].map((side) => ({
    name: String((side as { readonly name?: unknown } | null)?.name),
    source: sourceOf(where, side),
  })) as [Side, Side];
  if ([left.name, right.name].includes('truncated')) {
    throw new DefinitionError(
      `${where}: a side is named 'truncated', and a joined row has a column of that name. Give the source another name.`,
    );
  }
  if (left.name === right.name) {
    throw new DefinitionError(
      `${where}: both sides are named '${left.name}', and a joined row has its columns under these names. Join two sources of different names.`,
    );
  }
  const on = Object.entries((given.on ?? {}) as Record<string, unknown>);
  if (on.length === 0) {
    throw new DefinitionError(
      `${where}: on names no fields. Name at least one pair that is equal: on: { left_field: 'right_field' }.`,
    );
  }
  return {
    left: sideOf(
      left,
      on.map(([field]) => keyField(left, field, where)),
    ),
    right: sideOf(
      right,
      on.map(([field, other]) => keyField(right, String(other), where, left, field)),
    ),
  };
}

interface Side {
  readonly name: string;
  readonly source: SourceDefinition;
}

const KEY_KINDS: readonly ValueKind[] = ['string', 'number', 'boolean', 'instant'];

function keyField({ source, name }: Side, path: string, where: string, other?: Side, otherPath?: string): FieldNode {
  const shape = sourceShape(source);
  const field = fieldAt(shape, path);
  if (field === null || !KEY_KINDS.includes(field.type.kind)) {
    throw new DefinitionError(
      `${where}: on names '${path}', and '${name}' has no such simple field. Its fields are ${[...shape.fields.keys()].join(', ')}.`,
    );
  }
  const partner = other === undefined ? null : fieldAt(sourceShape(other.source), otherPath as string);
  if (partner !== null && partner.type.kind !== field.type.kind) {
    throw new DefinitionError(
      `${where}: on compares '${otherPath}' of '${other?.name}', which is a ${partner.type.kind}, with '${path}' of '${name}', which is a ${field.type.kind}: they would never be equal. Compare fields of one kind.`,
    );
  }
  return { op: 'field', path: path.split('.'), type: field.type };
}

function sideOf({ name, source }: Side, on: readonly FieldNode[]): JoinSide<ViewDefinition> {
  return { name, source, on, columns: leavesOf(sourceShape(source)) };
}

/** The fields of a shape that are values, at any depth: simple ones, and lists and objects of any content. */
function leavesOf(shape: StructShape, path: readonly string[] = [], nullable = false): FieldNode[] {
  return [...shape.fields].flatMap(([name, field]: [string, FieldShape]): FieldNode[] => {
    if (field.shape === 'struct') return leavesOf(field, [...path, name], nullable || field.nullable);
    const type = nullable ? { ...field.type, nullable: true } : field.type;
    return [{ op: 'field', path: [...path, name], type }];
  });
}

/** A source with what the expressions of its view read, and no more: that is what a join keeps. */
export function readBy(source: SourceDefinition, nodes: readonly ColumnNode[]): SourceDefinition {
  if (source.kind !== 'view' || source.view.source.kind !== 'join') return source;
  const { view } = source;
  const join = source.view.source;
  const used = new Set(nodes.flatMap(fieldsIn).map((path) => path.join('.')));
  const narrowed = { ...join, left: narrow(join.left, used), right: narrow(join.right, used) };
  return { kind: 'view', view: { ...view, source: narrowed, joined: joinedShape(narrowed) } };
}

function narrow(side: JoinSide<ViewDefinition>, used: ReadonlySet<string>): JoinSide<ViewDefinition> {
  const columns = side.columns.filter(({ path }) => used.has([side.name, ...path].join('.')));
  // A join of a join keeps of that one what it takes from it itself.
  const source = readBy(side.source, [...side.on, ...columns]);
  return { ...side, source, columns };
}

function fieldsIn(node: ColumnNode): (readonly string[])[] {
  return node.op === 'field' ? [node.path] : operandsOf(node).flatMap(fieldsIn);
}

/** A join's result as the type that `view()` takes. */
export function asSource<N extends string, R>(joined: JoinedSource): Source<N, R> {
  return joined as unknown as Source<N, R>;
}
