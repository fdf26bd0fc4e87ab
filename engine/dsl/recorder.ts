import { DefinitionError } from '../ir/errors.ts';

/**
 * Finds conditions that JavaScript swallowed. `a && b` on two expressions compiles, is `b`, and forgets `a`. So another
 * expression, or what the callback returns, must use every expression that it makes and every field that it reads.
 */
interface Scope {
  /** The view and the method whose callback runs. */
  readonly where: string;
  /** Expressions, each with what happened to it, for the error. */
  readonly made: Map<object, string>;
  readonly used: Set<object>;
}

const scopes: Scope[] = [];

/** The callback that each expression was made in, and each argument of fields belongs to. */
const homes = new WeakMap<object, Scope>();

/**
 * Records a new expression, or a field each time that a callback reads it. `what` is a clause that says what happened.
 */
export function recordMade(expression: object, what: string): void {
  const scope = scopes.at(-1);
  if (scope === undefined) return;
  scope.made.set(expression, what);
  homes.set(expression, scope);
}

/** Records that something used an expression. `words` says what it is. */
export function recordUsed(expression: object, words: () => string): void {
  refuseForeign(expression, words);
  for (const scope of scopes) scope.used.add(expression);
}

/** Records that a callback reads a field of its argument. */
export function recordRead(fields: object, words: () => string): void {
  const scope = scopes.at(-1);
  if (scope !== undefined && !homes.has(fields)) homes.set(fields, scope);
  refuseForeign(fields, words);
}

/**
 * Fields are those of the argument of one callback. Elsewhere, in another view say, they would be read from the events there,
 * by their names alone.
 */
function refuseForeign(expression: object, words: () => string): void {
  const home = homes.get(expression);
  const scope = scopes.at(-1);
  if (home === undefined || home === scope) return;
  throw new DefinitionError(
    `${scope?.where ?? 'The definition'} uses ${words()}, which belongs to the function in ${home.where}. A function uses the fields of its own argument alone: write (e) => … and take it from e.`,
  );
}

/**
 * Runs a callback of the definition, `take`s what it returned, and checks that something used each expression that it
 * made. `where` names view and method for the error; `second` is a second argument, where the callback takes one.
 */
export function callDefinition<A, R, T, B = undefined>(
  where: string,
  callback: (argument: A, second: B) => R,
  argument: A,
  take: (result: R) => T,
  second?: B,
): T {
  if (typeof callback !== 'function') {
    throw new DefinitionError(`${where} needs a function, such as (e) => …, and was given ${callback}.`);
  }
  refuseLeftSided(where, callback);
  const scope: Scope = { where, made: new Map(), used: new Set() };
  scopes.push(scope);
  try {
    const result = take(callback(argument, second as B));
    for (const [expression, what] of scope.made) {
      if (!scope.used.has(expression)) {
        throw new DefinitionError(
          `${where}: ${what} and used by nothing. JavaScript's && and ! do not work on expressions: write a.and(b) and a.not().`,
        );
      }
    }
    return result;
  } finally {
    scopes.pop();
  }
}

const LEFT_SIDED = { '||': 'a.or(b)', '??': 'a.coalesce(value)' };

/** `a || b` and `a ?? b` never evaluate `b`, so there is nothing to record: only the callback's text shows them. */
function refuseLeftSided(where: string, callback: (...given: never[]) => unknown): void {
  const code = callback
    .toString()
    .replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "''");
  for (const [operator, method] of Object.entries(LEFT_SIDED)) {
    if (!code.includes(operator)) continue;
    throw new DefinitionError(
      `${where}: JavaScript's ${operator} does not work on expressions: it is always its left side. Write ${method}.`,
    );
  }
}
