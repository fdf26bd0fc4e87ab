import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A file that a declaration names, after `from` or in an `import(…)`. */
const SPECIFIER = /((?:from |import\()['"])(\.{1,2}\/[^'"]+)\.ts(['"])/g;
/** A line of a comment, whose examples name files of a user. */
const COMMENT = /^\s*\*/;

/**
 * Makes the declarations that the compiler wrote fit for a package: they name each other as `.js`, which all resolvers
 * know, and those that no export leads to are removed.
 */
export function finishDeclarations(folder: string, roots: readonly string[]): void {
  const reached = new Set<string>();
  const waiting = roots.map((root) => resolve(root));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const lines = readFileSync(file, 'utf8').split('\n');
    const code = lines.filter((line) => !COMMENT.test(line)).join('\n');
    for (const [, , stem] of code.matchAll(SPECIFIER)) waiting.push(resolve(dirname(file), `${stem}.d.ts`));
    const named = lines.map((line) => (COMMENT.test(line) ? line : line.replaceAll(SPECIFIER, '$1$2.js$3')));
    writeFileSync(file, named.join('\n'));
  }
  for (const path of globSync('**/*.d.ts', { cwd: folder })) {
    if (!reached.has(resolve(folder, path))) rmSync(join(folder, path));
  }
}
