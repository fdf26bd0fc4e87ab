import { ownField } from '../expression/own-field.ts';
import type { Elements } from '../ir/elements.ts';
import { type FieldShape, type PlacedLeaf, placedLeaves } from '../ir/field-shape.ts';
import { isRounded } from '../ir/whole-number.ts';
import { quoteLongNumbers } from '../text/quote-long-numbers.ts';
import { describeValue } from './describe-value.ts';
import { isAnother } from './exact-numbers.ts';
import { MAX_EXPLODED_CHARACTERS, MAX_EXPLODED_ROWS } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { type BadValue, conversionOf, objectAt } from './wire-values.ts';

/** A list of a stream's events that a view explodes, and the list in its elements that it explodes then. */
export interface ExplodedList {
  /** In the event, or in the element of the list around it. */
  readonly wirePath: readonly string[];
  readonly elements: Elements;
  readonly inner: ExplodedList | null;
}

/** Looks for what is wrong with lists that views explode: what is in them, and how much. `text`: of the event, where it is known. */
export type CheckLists = (event: Record<string, unknown>, text: string | null) => BadValue | null;

/**
 * A list is JSON of the schema's kinds, as the validator finds. Where it is exploded, what its elements are is as for fields of events:
 * times that can be read, numbers that are some. And what an event unfolds to is bounded, for all of it is one commit: rows, and what
 * the event has beside the list, which each row can keep.
 */
export function compileListChecks(lists: readonly ExplodedList[]): CheckLists | null {
  if (lists.length === 0) return null;
  const compiled = lists.map((list) => ({ list, name: list.wirePath.join('.'), walk: walker(list) }));
  return (event, text) => {
    for (const { list, name, walk } of compiled) {
      const found: Found = { rows: 0, innermost: [], bad: null };
      walk(event, { label: () => '', numerals: numeralsOf(text) }, found);
      const { wirePath } = list;
      if (found.bad !== null) return { wirePath, ...found.bad };
      if (found.rows > MAX_EXPLODED_ROWS) {
        const message = `Field '${name}' makes ${found.rows.toLocaleString('en-US')} rows of the event, and a view explodes an event into at most ${MAX_EXPLODED_ROWS.toLocaleString('en-US')}`;
        return { wirePath, reason: 'oversized', message };
      }
      if (text !== null && isTooMuch(found, text)) {
        const message = `Field '${name}' makes ${found.rows.toLocaleString('en-US')} rows of the event, and what the event has beside it is too much to be kept in each of them`;
        return { wirePath, reason: 'oversized', message };
      }
    }
    return null;
  };
}

interface Found {
  rows: number;
  /** The lists whose elements are rows. */
  readonly innermost: unknown[];
  bad: Pick<BadValue, 'reason' | 'message'> | null;
}

function isTooMuch({ rows, innermost }: Found, text: string): boolean {
  if (rows * text.length <= MAX_EXPLODED_CHARACTERS) return false;
  const inLists = innermost.reduce<number>((sum, list) => sum + JSON.stringify(list).length, 0);
  return rows * (text.length - inLists) > MAX_EXPLODED_CHARACTERS;
}

/** Where an event or element is. Both cost something, and are asked of what is unusual alone. */
interface Where {
  /** Its name in messages. */
  label(): string;
  /** The same with the digits of long numbers in their place; undefined where the event's text is not known. */
  numerals(): unknown;
}

function numeralsOf(text: string | null): () => unknown {
  let parsed: unknown;
  return () => {
    if (text !== null) parsed ??= parseJson(quoteLongNumbers(text));
    return parsed;
  };
}

/** Goes through the list in an event or element. */
type Walk = (owner: unknown, where: Where, found: Found) => void;

function walker({ wirePath, elements, inner }: ExplodedList): Walk {
  const checks = checksOf(checkedShape(elements));
  const walkInner = inner === null ? null : walker(inner);
  const listOf = getter(wirePath);
  const isMap = elements.kind === 'map';
  return (owner, where, found) => {
    const list = listOf(owner);
    if (typeof list !== 'object' || list === null) return;
    const entries: readonly unknown[] = isMap ? Object.values(list) : Array.isArray(list) ? list : [];
    if (walkInner === null) {
      found.innermost.push(list);
      found.rows += entries.length;
      if (checks.length === 0) return;
    }
    for (let index = 0; index < entries.length; index++) {
      const element = entries[index];
      const place = () => (isMap ? (Object.keys(list)[index] as string) : String(index));
      const own: Where = {
        label: () => nameIn(nameIn(where.label(), wirePath), [place()]),
        numerals: () => ownField(listOf(where.numerals()), place()),
      };
      for (const check of checks) found.bad ??= check(element, own);
      if (walkInner === null) continue;
      if (isMap) walkInner({ value: element }, { ...own, numerals: () => ({ value: own.numerals() }) }, found);
      else walkInner(element, own, found);
    }
  };
}

/** Of a map its values. */
function checkedShape({ kind, shape }: Elements): FieldShape {
  return (kind === 'map' && shape.shape === 'struct' ? shape.fields.get('value') : undefined) ?? shape;
}

type Check = (element: unknown, where: Where) => Found['bad'];

function checksOf(shape: FieldShape): readonly Check[] {
  const leaves: readonly PlacedLeaf[] =
    shape.shape === 'struct' ? placedLeaves(shape) : [{ path: [], wirePath: [], leaf: shape }];
  return leaves.flatMap(({ path, wirePath, leaf }): readonly Check[] => {
    const fieldOf = getter(wirePath);
    if (leaf.type.kind === 'number' && leaf.asText !== true && leaf.type.integer !== true)
      return [notRounded(fieldOf, wirePath)];
    return conversionOf({ path, wirePath, leaf }, false).map(({ read, reason }): Check => {
      return (element, where) => {
        const value = fieldOf(element);
        if (value === undefined || value === null) return null;
        const words = read(value);
        if (typeof words !== 'string') return null;
        return {
          reason,
          message: `Field '${nameIn(where.label(), wirePath)}' is ${describeValue(value)}, which is ${words}`,
        };
      };
    });
  });
}

/** As of fields of events: a whole number that a double does not hold is an identifier, say, that another one would be taken for. */
function notRounded(fieldOf: (owner: unknown) => unknown, wirePath: readonly string[]): Check {
  return (element, where) => {
    const value = fieldOf(element);
    if (typeof value !== 'number' || !isRounded(value)) return null;
    const numeral = fieldOf(where.numerals());
    if (typeof numeral !== 'string' || !isAnother(numeral, value)) return null;
    const message = `Field '${nameIn(where.label(), wirePath)}' is ${numeral.slice(0, 80)}, which would be rounded: send it as text`;
    return { reason: 'wrong_type', message };
  };
}

function nameIn(label: string, path: readonly string[]): string {
  return [...(label === '' ? [] : [label]), ...path].join('.');
}

/** What lies at a path; undefined where there is nothing. */
function getter(path: readonly string[]): (owner: unknown) => unknown {
  const around = path.slice(0, -1);
  const name = path.at(-1);
  if (name === undefined) return (owner) => owner;
  return (owner) => {
    if (typeof owner !== 'object' || owner === null) return undefined;
    const inner = around.length === 0 ? owner : objectAt(owner as Record<string, unknown>, around);
    return inner !== undefined && Object.hasOwn(inner, name) ? (inner as Record<string, unknown>)[name] : undefined;
  };
}
