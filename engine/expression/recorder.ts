import { DefinitionError } from '../definition/errors.ts';

/**
 * Finds conditions that JavaScript swallowed. `a && b` on two expressions compiles, is `b`, and forgets `a`: so every
 * expression that a callback makes must be used by another one or be part of what the callback returns.
 */
interface Scope {
  readonly made: Set<object>;
  readonly used: Set<object>;
}

const scopes: Scope[] = [];

export function recordMade(expression: object): void {
  scopes.at(-1)?.made.add(expression);
}

export function recordUsed(expression: object): void {
  for (const scope of scopes) scope.used.add(expression);
}

/**
 * Runs a callback of the definition, `take`s what it returned, and checks that something used each expression that it
 * made. `where` names view and method for the error.
 */
export function callDefinition<A, R, T>(
  where: string,
  callback: (argument: A) => R,
  argument: A,
  take: (result: R) => T,
): T {
  refuseLogicalOr(where, callback);
  const scope: Scope = { made: new Set(), used: new Set() };
  scopes.push(scope);
  try {
    const result = take(callback(argument));
    for (const expression of scope.made) {
      if (!scope.used.has(expression)) {
        throw new DefinitionError(
          `${where}: an expression is made and used by nothing. JavaScript's && and ! do not work on expressions: write a.and(b) and a.not().`,
        );
      }
    }
    return result;
  } finally {
    scopes.pop();
  }
}

/** `a || b` never evaluates `b`, so nothing is recorded: only the callback's own text shows it. */
function refuseLogicalOr(where: string, callback: (argument: never) => unknown): void {
  const code = callback
    .toString()
    .replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "''");
  if (code.includes('||')) {
    throw new DefinitionError(
      `${where}: JavaScript's || does not work on expressions: it is always its left side. Write a.or(b).`,
    );
  }
}
