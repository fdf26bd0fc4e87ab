import { join, resolve } from 'node:path';
import type { Mutation, Replacement } from './mutation.ts';

const ROOT = resolve(__dirname, '../../..');

export type Simulate = typeof import('../simulate.ts').simulate;

/** Loads the simulator, and all code that it runs, with the replacements of a mutation in place. */
export async function mutatedSimulator(mutation: Mutation): Promise<Simulate> {
  const { name, replacements } = mutation;
  const paths = pathsOf(mutation);
  const loaded = new Set<string>();
  let simulate: Simulate | undefined;
  await jest.isolateModulesAsync(async () => {
    for (const [index, path] of paths.entries()) {
      jest.doMock(path, () => {
        loaded.add(path);
        return replacedModule(jest.requireActual(path), replacements[index] as Replacement);
      });
    }
    ({ simulate } = await import('../simulate.ts'));
  });
  for (const path of paths) {
    jest.dontMock(path);
    if (!loaded.has(path)) throw new Error(`'${name}' replaces exports of ${path}, which the simulator does not load.`);
  }
  return simulate as Simulate;
}

/** Of the module of each replacement. */
export function pathsOf({ name, replacements }: Mutation): readonly string[] {
  const paths = replacements.map(({ path }) => join(ROOT, path));
  if (new Set(paths).size < paths.length) throw new Error(`'${name}' replaces exports of one module twice.`);
  return paths;
}

/** A module with the exports of a replacement in place of its own, which must be there. */
export function replacedModule(actual: object, { path, change }: Replacement): object {
  const changes = change(actual as never);
  for (const name of Object.keys(changes)) {
    if (!(name in actual)) throw new Error(`${path} exports no '${name}' that could be replaced.`);
  }
  // Modules may import each other, so the other exports are looked up when they are used.
  return Object.create(actual, Object.getOwnPropertyDescriptors(changes));
}
