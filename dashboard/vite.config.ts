import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { tokensCss } from './src/theme/tokens-css.ts';

const HERE = import.meta.dirname;

/**
 * The theme is set before the first paint, or the page flashes in the other one. So this one script is inline, and the
 * server allows it by its hash, which `csp.json` holds.
 */
function inlineTheme(): Plugin {
  const script = readFileSync(resolve(HERE, 'src/theme/before-paint.js'), 'utf8').trim();
  const hash = createHash('sha256').update(script).digest('base64');
  return {
    name: 'inline-theme',
    transformIndexHtml: (html) => html.replace('<!-- theme -->', () => `<script>${script}</script>`),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'csp.json', source: JSON.stringify({ scripts: [`sha256-${hash}`] }) });
    },
  };
}

/** The colours as custom properties, made of the one table that the tests of contrast read too. */
function tokens(): Plugin {
  const id = '\0tokens.css';
  return {
    name: 'tokens',
    resolveId: (source) => (source === 'virtual:tokens.css' ? id : null),
    load: (loaded) => (loaded === id ? tokensCss() : null),
  };
}

export default defineConfig({
  root: HERE,
  base: './',
  plugins: [inlineTheme(), tokens()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
