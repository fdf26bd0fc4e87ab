import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { githubSlug } from '../../docs/.vitepress/github-slug.ts';
import { SIDEBAR } from '../../docs/.vitepress/sidebar.ts';
import { filesOf, ROOT, type TextFile } from './files.ts';

const PAGES = filesOf('{*.md,{docs,examples,create-streamgauge}/**/*.md}');
const ANCHORS = new Map(PAGES.map((page) => [page.path, anchorsOf(page)]));

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** Of several headings with one anchor, all but the first get a number. */
function anchorsOf({ text }: TextFile): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = githubSlug(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

function deadLinksOf({ path, text }: TextFile, anchors = ANCHORS): string[] {
  const prose = withoutCode(text).replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && isDead(link, path, anchors))
    .map((link) => `${path}: ${link}`);
}

function isDead(link: string, from: string, anchors: typeof ANCHORS): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : normalize(join(dirname(from), file));
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchors.get(target)?.has(anchor);
}

test('every link leads to a file that is there, and to a heading that it has', () => {
  expect(PAGES.length).toBeGreaterThan(20);
  expect(PAGES.flatMap((page) => deadLinksOf(page))).toEqual([]);
});

test('a dead link is noticed, and what is code is no link', () => {
  const text = '# A `b` (c)\n## A\n## A\n[x](#a-b-c) [x](#a-1) [y](#gone) [z](gone.md) `[w](gone.md)`\n';
  const page = { path: 'README.md', text };
  const anchors = new Map([[page.path, anchorsOf(page)]]);
  expect(deadLinksOf(page, anchors)).toEqual(['README.md: #gone', 'README.md: gone.md']);
});

test('the sidebar of the site has every page of docs/ once, and nothing that is not there', () => {
  const linked = SIDEBAR.flatMap(({ items }) =>
    items.map(({ link }) => (link === '/' ? 'README.md' : `${link.slice(1)}.md`)),
  );
  const pages = PAGES.map(({ path }) => path);
  expect(linked.filter((path) => !pages.includes(path))).toEqual([]);
  const inDocs = (paths: readonly string[]) => paths.filter((path) => path.startsWith('docs/')).sort();
  expect(inDocs(linked)).toEqual(inDocs(pages));
});
