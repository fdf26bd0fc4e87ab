import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROOT = resolve(__dirname, '../..');
const KEPT = join(ROOT, 'dashboard/dist');
const MAX_SCRIPT_BYTES = 120 * 1024;
const MAX_STYLE_BYTES = 12 * 1024;

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

let built: string;
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'page-'));
});
afterAll(() => rmSync(built, { recursive: true }));

// The page lies built in the repository, so that trying it installs no build tool: this holds it to its sources.
test('the page that is kept is what its sources build: npm run build:page', () => {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', join(ROOT, 'dashboard'), '--outDir', built, '--logLevel', 'warn']);
  expect(filesIn(KEPT)).toEqual(filesIn(built));
});

test('script and styles keep to their budget', () => {
  const bytes = (end: string) =>
    Object.entries(filesIn(KEPT))
      .filter(([path]) => path.endsWith(end))
      .reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
  console.log(`The page has ${bytes('.js')} bytes of script and ${bytes('.css')} of styles, gzipped.`);
  expect(bytes('.js')).toBeLessThan(MAX_SCRIPT_BYTES);
  expect(bytes('.css')).toBeLessThan(MAX_STYLE_BYTES);
});
