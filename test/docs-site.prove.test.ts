import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SIDEBAR } from '../docs/.vitepress/sidebar.ts';

const ROOT = resolve(__dirname, '..');

test('the site is built from the documents, with a page for each and no dead link', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'docs:build'], { cwd: ROOT, encoding: 'utf8' });
  expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  for (const { link } of SIDEBAR.flatMap(({ items }) => items)) {
    const file = join(ROOT, 'dist/site', `${link === '/' ? '/index' : link}.html`);
    expect({ file, isThere: existsSync(file) }).toEqual({ file, isThere: true });
  }
  expect(readFileSync(join(ROOT, 'dist/site/docs/time.html'), 'utf8')).toContain('id="the-watermark"');
});
