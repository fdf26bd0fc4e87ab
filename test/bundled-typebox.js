import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, version as esbuildVersion } from 'esbuild';

const PACKAGE = join(import.meta.dirname, '..', 'node_modules', 'typebox');
const ENTRIES = {
  typebox: 'index',
  'typebox/schema': 'schema/index',
  'typebox/value': 'value/index',
};

/**
 * For `moduleNameMapper`: typebox as a few files in place of its 700, which each test file would load anew. Bundled from the
 * installed package when first asked for, and again for another version or other parts of it.
 */
export function bundledTypebox() {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const parts = Object.values(ENTRIES).map((entry) => entry.split('/')[0]);
  const folder = join(PACKAGE, '..', '.cache', 'typebox', `${version}-esbuild-${esbuildVersion}-${parts.join('-')}`);
  if (!existsSync(folder)) bundleInto(folder);
  return Object.fromEntries(
    Object.entries(ENTRIES).map(([name, entry]) => [`^${name}$`, join(folder, `${entry}.mjs`)]),
  );
}

/** Builds beside the folder and renames, for two runs can begin at once and neither may see half of it. */
function bundleInto(folder) {
  const draft = `${folder}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  buildSync({
    entryPoints: Object.values(ENTRIES).map((entry) => join(PACKAGE, 'build', `${entry}.mjs`)),
    outbase: join(PACKAGE, 'build'),
    outdir: draft,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}
