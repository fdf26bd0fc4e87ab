import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLambdas } from './package/bundle-lambdas.ts';
import { buildCreatePackage } from './package/create-package.ts';
import { finishDeclarations } from './package/declarations.ts';
import { packageManifest, publicDeclarations, type RepositoryManifest } from './package/manifest.ts';

/**
 * Builds the packages, each in a folder of its own below `dist`: `node scripts/build-package.ts [FOLDER]`. What is in a
 * package's folder is what ships, so `npm pack ./dist/streamgauge` packs that and nothing else.
 */
const ROOT = join(import.meta.dirname, '..');
/** Copied as they are. `streamgauge init` reads the last two, and `dev` serves the page. */
const AS_THEY_ARE = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'bin/launch.js',
  'dashboard/dist',
  'templates',
  'cdk.json',
];

const dist = process.argv[2] ?? join(ROOT, 'dist');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as RepositoryManifest;

rmSync(dist, { recursive: true, force: true });
await buildPackage(join(dist, 'streamgauge'));
await buildCreatePackage(ROOT, join(dist, 'create-streamgauge'), manifest);

async function buildPackage(out: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', out], { stdio: 'inherit' });
  finishDeclarations(out, publicDeclarations(manifest, out));
  await bundleLambdas(ROOT, out);
  for (const path of AS_THEY_ARE) cpSync(join(ROOT, path), join(out, path), { recursive: true });
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(packageManifest(manifest), null, 2)}\n`);
}
