import { pathsOf, replacedModule } from './mutated-simulator.ts';
import type { Replacement } from './mutation.ts';
import { MUTATIONS } from './mutations.ts';

test.each(MUTATIONS)('there is something to replace so that $name', (mutation) => {
  for (const [index, path] of pathsOf(mutation).entries()) {
    replacedModule(jest.requireActual(path), mutation.replacements[index] as Replacement);
  }
});

test('no two mutations have one name', () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
});
