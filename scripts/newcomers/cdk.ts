import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RepositoryManifest } from '../package/manifest.ts';
import { OWN_CDK_APP, readSynthesis, type Synthesis } from '../package/own-cdk-app.ts';
import { NewcomerError } from './errors.ts';
import type { Newcomer } from './newcomer.ts';
import { install } from './npm.ts';
import { run } from './processes.ts';

const PIPELINE = 'pipelines/clickstream.ts';

export const CDK: Newcomer = {
  name: 'cdk',
  summary: 'puts a pipeline of their own into an own CDK app, and synthesizes it',
  async play({ root, folder, env, packages }, diary) {
    const place = { cwd: folder, env };
    writeApp(root, folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'own-app', private: true, type: 'module' }));
    const tarball = packages().streamgauge.path;
    await diary.step('npm install streamgauge aws-cdk-lib constructs esbuild', () =>
      install(['install', tarball, ...peers(root)], place),
    );
    await diary.step('node app.ts', async () => {
      await run(['node', 'app.ts'], place);
      const theirs = readSynthesis(folder);
      const ours = await synthesisOfSources(root, env);
      if (!isDeepStrictEqual(theirs.template, ours.template)) {
        throw new NewcomerError(
          `The stack of the package is not that of the sources: its template is ${digest(theirs)}, and theirs ${digest(ours)}.`,
        );
      }
      return `${theirs.bundles.length} functions, template ${digest(theirs)} as of the sources`;
    });
  },
};

/** In the versions that everything here is tested with. All are fetched: nothing is linked. */
function peers(root: string): readonly string[] {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { peerDependencies, devDependencies } = JSON.parse(text) as RepositoryManifest;
  return Object.keys(peerDependencies).map((name) => `${name}@${devDependencies[name]}`);
}

function writeApp(root: string, folder: string): void {
  cpSync(join(root, PIPELINE), join(folder, 'clickstream.ts'));
  writeFileSync(join(folder, 'app.ts'), OWN_CDK_APP);
}

/** The same app in the repository, where `streamgauge` stands for the sources. */
async function synthesisOfSources(root: string, env: NodeJS.ProcessEnv): Promise<Synthesis> {
  mkdirSync(join(root, '.streamgauge'), { recursive: true });
  const folder = mkdtempSync(join(root, '.streamgauge', 'newcomers-'));
  try {
    writeApp(root, folder);
    await run([process.execPath, 'app.ts'], { cwd: folder, env });
    return readSynthesis(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const digest = ({ template }: Synthesis) =>
  createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 12);
