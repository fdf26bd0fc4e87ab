import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { docBlocks } from '../support/doc-blocks.ts';
import { FOLDERS, filesOf, ROOT, type TextFile } from './files.ts';

const CODE = filesOf(`{${FOLDERS},test}/**/*.ts`);
const DOCS = filesOf('{*.md,{docs,examples,test}/**/*.md}').filter(({ path }) => !path.startsWith('test/goldens/'));

/** A file, as in `engine/state/keys.ts`, `keys.ts` or [local.md](local.md). */
const FILE = /(?:^|[\s`("'])((?:[\w.-]+\/)*[\w-][\w.-]*\.(?:ts|md|grit|svg))\b/g;
/** A folder of the repository, as in `engine/state/`. */
const FOLDER = new RegExp(`\`((?:${FOLDERS.replaceAll(',', '|')}|test|docs)/(?:[\\w-]+/)*)\``, 'g');

/** What a reader takes for prose: all of a document but its blocks of code, and the comments of a program. */
function proseOf({ path, text }: TextFile): string {
  if (path.endsWith('.md')) return text.replace(/^```[\s\S]*?^```$/gm, '');
  return (text.match(/^\s*(?:\/\*\*?|\*|\/\/).*$/gm) ?? []).join('\n');
}

function missingIn(file: TextFile): string[] {
  const prose = proseOf(file);
  const named = [...prose.matchAll(FILE), ...prose.matchAll(FOLDER)].map(([, name]) => name as string);
  return named.filter((name) => !exists(name, file.path)).map((name) => `${file.path}: ${name}`);
}

/** Files of the worked examples, which are not there: a document shows one in a block, and names others of its name. */
const EXAMPLES = DOCS.flatMap(({ path }) => docBlocks(path)).flatMap(({ file }) =>
  file === null ? [] : basename(file),
);
/** What a command line says in place of a file: `PIPELINE.ts`. */
const PLACEHOLDER = /^[A-Z]+\.ts$/;
const NAMES = new Set([...CODE, ...DOCS].map(({ path }) => basename(path)));

function exists(name: string, from: string): boolean {
  if (EXAMPLES.includes(basename(name)) || PLACEHOLDER.test(name)) return true;
  if (!name.includes('/')) return NAMES.has(name) || existsSync(join(ROOT, dirname(from), name));
  return existsSync(join(ROOT, name)) || existsSync(join(ROOT, dirname(from), name));
}

test('files and folders that comments and documents name are there', () => {
  expect([...CODE, ...DOCS].flatMap(missingIn)).toEqual([]);
});

test('a name of what is not there is noticed', () => {
  const path = 'engine/state/keys.ts';
  const text =
    '// As compile-nothing.ts does.\n/** See `engine/gone/`,\n * and engine/state/keys.ts. */\nimport "./x.ts";';
  expect(missingIn({ path, text })).toEqual([`${path}: compile-nothing.ts`, `${path}: engine/gone/`]);
});
