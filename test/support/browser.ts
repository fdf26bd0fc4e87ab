import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that the tests of the page drive: the one that CHROMIUM names, or the system's. Null where there is none. */
export function findChromium(): string | null {
  const { CHROMIUM: named } = process.env;
  if (named !== undefined && named !== '') return named;
  return PLACES.find((path) => existsSync(path)) ?? null;
}

/** Builds the page into a folder of its own and returns that. */
export function buildPage(): string {
  const dist = mkdtempSync(join(tmpdir(), 'streamgauge-page-'));
  const root = resolve(__dirname, '../..');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  execFileSync(
    process.execPath,
    [vite, 'build', 'dashboard', '--outDir', dist, '--emptyOutDir', '--logLevel', 'error'],
    {
      cwd: root,
    },
  );
  return dist;
}
