import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { SUPPORTED_NODE } from '../../contracts/supported-node.ts';
import type { RepositoryManifest } from './manifest.ts';

/** Builds `create-streamgauge`: one file without dependencies, and the templates, so that a project is made at once. */
export async function buildCreatePackage(root: string, out: string, repository: RepositoryManifest): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['create-streamgauge/index.ts'],
    outfile: join(out, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'warning',
  });
  for (const path of ['templates', 'cdk.json', 'LICENSE'])
    cpSync(join(root, path), join(out, path), { recursive: true });
  cpSync(join(root, 'create-streamgauge/README.md'), join(out, 'README.md'));
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(createManifest(repository), null, 2)}\n`);
}

/** Its version is that of streamgauge, which the projects that it makes depend on. */
function createManifest({ version, license }: RepositoryManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'create-streamgauge',
    version,
    description: 'Makes a project of streamgauge: a pipeline, sample events and a test.',
    license,
    type: 'module',
    engines: { node: SUPPORTED_NODE },
    bin: { 'create-streamgauge': 'index.js' },
  };
}
