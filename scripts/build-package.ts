import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLambdas } from './package/bundle-lambdas.ts';
import { finishDeclarations } from './package/declarations.ts';
import { packageManifest, publicDeclarations, type RepositoryManifest } from './package/manifest.ts';

/**
 * Builds the package, all of it in one folder: `node scripts/build-package.ts [FOLDER]`, by default `dist`. What is in the
 * folder is what ships, so `npm pack ./dist` packs it and nothing else.
 */
const ROOT = join(import.meta.dirname, '..');
/** Copied as they are. */
const AS_THEY_ARE = ['README.md', 'CHANGELOG.md', 'LICENSE', 'bin/launch.js'];

const out = process.argv[2] ?? join(ROOT, 'dist');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as RepositoryManifest;

rmSync(out, { recursive: true, force: true });
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', out], { stdio: 'inherit' });
finishDeclarations(out, publicDeclarations(manifest, out));
await bundleLambdas(ROOT, out);
for (const path of AS_THEY_ARE) cpSync(join(ROOT, path), join(out, path));
writeFileSync(join(out, 'package.json'), `${JSON.stringify(packageManifest(manifest), null, 2)}\n`);
