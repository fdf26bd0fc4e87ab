import { DefinitionError } from '../ir/errors.ts';
import { fieldAt } from '../ir/field-shape.ts';
import { type FieldNode, type JoinSide, type JoinSource, joinedShape } from '../ir/join-definition.ts';
import { checkName } from '../ir/names.ts';
import type { ValueKind } from '../ir/node.ts';
import { type SourceDefinition, sourceShape } from '../ir/source-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { LogWindow } from '../ir/window.ts';
import { leavesOf } from './leaves.ts';
import { asSource, LOG_SETTINGS, type LogSettings, LogView } from './log-view.ts';
import { wholeNumber } from './settings.ts';
import type { Instant } from './shape.ts';
import type { Source } from './stream.ts';
import { sourceOf } from './view-source.ts';

/** What all joins can set. */
export interface JoinSettings extends LogSettings {
  /**
   * The most events of one key and side that are joined in one pane of event time (5 seconds to a minute): the first ones by time and
   * content. Rows of a key that has as many say `truncated`. 20,000 unless set; at most 1,000,000.
   */
  readonly maxPerKey?: number;
}

export const JOIN_SETTINGS = [...LOG_SETTINGS, 'maxPerKey'] as const;
const MOST_PER_KEY = 1_000_000;

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

/** A join as `view()` takes it. */
export function joinedSource<N extends string, R>(
  name: string,
  source: JoinSource<ViewDefinition>,
  window: LogWindow,
  settings: JoinSettings,
): Source<N, R> {
  const shape = joinedShape(source);
  return asSource(new LogView({ name, what: 'join', source, key: source.left.on, window, shape }, settings));
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
