import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPage, modulesOf } from './reference/api-page.ts';
import { cliPage } from './reference/cli-page.ts';
import { errorsPage } from './reference/errors-page.ts';
import { settingsPage } from './reference/settings-page.ts';
import { Sources } from './reference/sources.ts';

/** Writes the reference from the sources: `node scripts/write-reference.ts [FOLDER]`. A test says when that has to be done again. */
const ROOT = join(import.meta.dirname, '..');
process.chdir(ROOT);
const folder = process.argv[2] ?? 'docs/reference';
mkdirSync(folder, { recursive: true });

const sources = new Sources(ROOT);
try {
  const modules = modulesOf(JSON.parse(readFileSync('package.json', 'utf8')));
  writeFileSync(join(folder, 'api.md'), apiPage(sources, modules));
  writeFileSync(join(folder, 'settings.md'), settingsPage(sources));
  writeFileSync(join(folder, 'errors.md'), errorsPage(sources));
  writeFileSync(join(folder, 'cli.md'), await cliPage());
} finally {
  sources.close();
}
