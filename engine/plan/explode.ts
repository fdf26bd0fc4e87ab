import { elementsReader } from '../decode/elements.ts';
import { compileExpression } from '../expression/compile-js.ts';
import type { ExplodeStep } from '../ir/view-definition.ts';
import { type Accumulated, FILTERED, PARTLY_LATE } from './accumulated.ts';
import type { StepScope } from './steps.ts';

/**
 * The beginning of a loop over the elements that an event has, and what ends it. What steps behind it return is what becomes of one
 * element; of the event becomes what becomes of all.
 *
 * @example of `.explode((e) => ({ item: e.items }), { position: 'line' })`:
 * const l0 = constants[0](event["items"]);
 * let o0 = 0;
 * rows0: for (let i0 = 0; i0 < l0.length; i0++) {
 * const c0 = (l0[i0] ?? null);
 * const c1 = i0;
 * … { o0 = constants[1](o0, 1); continue rows0; }
 * }
 * return o0;
 */
export function beginExplode({ name, list, elements, position, outer }: ExplodeStep, scope: StepScope): string {
  const { constants, locals } = scope;
  const depth = scope.ends.length;
  const [rows, all, at, outcome] = [`rows${depth}`, `l${depth}`, `i${depth}`, `o${depth}`];
  const read = elementsReader(elements, (path) => scope.isRead([name, ...path]));
  const elementsOf = constants.add(outer === true ? orNothing(read) : read);
  const element = `c${locals.size}`;
  const lines = [
    `const ${all} = ${elementsOf}(${compileExpression(list, scope)});`,
    `let ${outcome} = ${FILTERED};`,
    `${rows}: for (let ${at} = 0; ${at} < ${all}.length; ${at}++) {`,
    `const ${element} = (${all}[${at}] ?? null);`,
  ];
  locals.set(name, element);
  scope.elements.set(name, element);
  if (position !== undefined) {
    const place = `c${locals.size}`;
    lines.push(`const ${place} = ${outer === true ? `(${all} === ${constants.add(NOTHING)} ? null : ${at})` : at};`);
    locals.set(position, place);
  }
  const end = scope.exit;
  scope.ends.unshift(`}\n${end(outcome)}`);
  scope.exit = (code) => `{ ${outcome} = ${constants.add(together)}(${outcome}, ${code}); continue ${rows}; }`;
  return lines.join('\n');
}

/** What an event without elements has one row of. */
const NOTHING: readonly unknown[] = [null];

function orNothing(read: (list: unknown) => readonly unknown[]): (list: unknown) => readonly unknown[] {
  return (list) => {
    const elements = read(list);
    return elements.length === 0 ? NOTHING : elements;
  };
}

/** All elements have the event's time: those that pass have all missed the same windows. */
function together(one: Accumulated, other: Accumulated): Accumulated {
  if (one === FILTERED || one === other) return other;
  return other === FILTERED ? one : PARTLY_LATE;
}
