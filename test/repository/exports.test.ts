import { FOLDERS, filesOf, type TextFile } from './files.ts';

const EXPORT = /^export (?:async )?(?:abstract )?(?:const|let|function\*?|class) (\w+)/gm;

/** Files that take the place of packages, and have their exports. */
const IN_PLACE_OF_PACKAGES = [
  'adapters/aws/lambda-credentials.ts',
  'adapters/aws/no-endpoint-cache.ts',
  'adapters/aws/no-event-streams.ts',
  'adapters/aws/no-http2.ts',
];

/** Names that code mentions, comments left out. */
function namesIn({ text }: TextFile): ReadonlySet<string> {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  return new Set(code.match(/[A-Za-z_$][\w$]*/g));
}

function timesIn(name: string, { text }: TextFile): number {
  return text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
}

test('what a file exports is used by another, and not by tests alone', () => {
  const shipped = filesOf(`{${FOLDERS}}/**/*.{ts,js}`);
  const names = new Map(shipped.map((file) => [file.path, namesIn(file)]));
  const inTests = filesOf('test/**/*.{ts,mjs}').map(namesIn);
  const unused = shipped
    .filter(({ path }) => !IN_PLACE_OF_PACKAGES.includes(path))
    .flatMap((file) => {
      const exported = [...file.text.matchAll(EXPORT)].map(([, name]) => name as string);
      return (
        exported
          .filter((name) => !shipped.some(({ path }) => path !== file.path && names.get(path)?.has(name)))
          .filter((name) => timesIn(name, file) === 1 || !inTests.some((used) => used.has(name)))
          // Errors are exported for whoever catches them.
          .filter((name) => !name.endsWith('Error'))
          .map((name) => `${file.path}: ${name}`)
      );
    });
  expect(unused).toEqual([]);
});
