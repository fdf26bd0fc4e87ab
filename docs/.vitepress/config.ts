import { defineConfig } from 'vitepress';
import { githubSlug } from './github-slug.ts';
import { adaptToSite } from './repository-markdown.ts';
import { SIDEBAR } from './sidebar.ts';

/** The site of the documentation, from the Markdown of the repository. A dead link fails the build. */
export default defineConfig({
  title: 'streamgauge',
  description: 'Exactly-once, event-time analytics of event streams',
  srcDir: '..',
  srcExclude: ['{examples,test,templates,create-streamgauge,.streamgauge,dist,out,cdk.out}/**'],
  rewrites: { 'README.md': 'index.md' },
  outDir: '../dist/site',
  cacheDir: '../.streamgauge/vitepress',
  markdown: { anchor: { slugify: githubSlug }, config: adaptToSite },
  themeConfig: {
    sidebar: SIDEBAR.map(({ text, items }) => ({ text, items: [...items], collapsed: false })),
    outline: [2, 3],
    search: { provider: 'local' },
  },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
});
