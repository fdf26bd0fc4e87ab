import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

const PAGES = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));

/** Every document for people: those at the root, then the pages of `docs/`. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...PAGES.map((name) => join('docs', name)),
];

/** A block of code in a document. */
export interface DocBlock {
  readonly name: string;
  readonly language: string;
  readonly text: string;
  /** The project's file that the block is, where it begins with its path: `// engine/aggregates/range.ts`. */
  readonly file: string | null;
}

/** The code blocks of a document, in their order. */
export function docBlocks(document: string): DocBlock[] {
  return [...readFileSync(join(ROOT, document), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = ''], index) => ({
      name: `${document} block ${index + 1}`,
      language,
      text,
      file: /^\/\/ (\S+\.ts)\n/.exec(text)?.[1] ?? null,
    }),
  );
}

/** The block as a file of any folder. One that is a file of the project imports as from its own folder. */
export function standalone({ text, file }: DocBlock): string {
  if (file === null) return text;
  const folder = dirname(join(ROOT, file));
  return text.replaceAll(/(?<= from ')\.{1,2}\/[^']+(?=';)/g, (path) => join(folder, path));
}

/** All blocks of TypeScript, each as a file in a folder of the project, where imports are found, while a test file runs. */
export function typescriptBlocks(): readonly (DocBlock & { readonly path: () => string })[] {
  const found = DOCUMENTS.flatMap(docBlocks).filter(({ language }) => language === 'ts');
  let dir: string;
  const blocks = found.map((block, index) => ({ ...block, path: () => join(dir, `block${index}.ts`) }));
  beforeAll(() => {
    mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
    dir = mkdtempSync(join(ROOT, '.streamgauge', 'docs-'));
    for (const block of blocks) writeFileSync(block.path(), standalone(block));
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  return blocks;
}
