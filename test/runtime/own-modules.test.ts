import { formatOf } from '../../runtime/own-modules.ts';

const OWN = new URL('../../', import.meta.url).href;

describe('modules that need no search', () => {
  test.each([
    ['../ir/type.ts', `${OWN}engine/dsl/stream.ts`, 'module-typescript'],
    ['./main.js', `${OWN}bin/streamgauge.js`, 'module'],
    ['./guard/index.mjs', `${OWN}node_modules/typebox/build/index.mjs`, 'module'],
    ['./type.mjs', 'file:///elsewhere/node_modules/typebox/build/index.mjs', 'module'],
  ])('%s from %s is a %s', (specifier, parent, format) => {
    expect(formatOf(specifier, parent)).toBe(format);
  });

  test.each([
    ['without an extension', '../ir/type', `${OWN}engine/dsl/stream.ts`],
    ['of data', './page.json', `${OWN}engine/dsl/stream.ts`],
    ['of another package', './index.js', `${OWN}node_modules/hono/dist/hono.js`],
    ['of a pipeline beside the sources', './shared.ts', `${OWN}pipelines/weblog.ts`],
    ["of the project's root", './helper.ts', `${OWN}index.ts`],
    ['of a pipeline elsewhere', './shared.ts', 'file:///home/me/pipeline.ts'],
  ])('Node looks for a file %s', (_, specifier, parent) => {
    expect(formatOf(specifier, parent)).toBeUndefined();
  });
});
