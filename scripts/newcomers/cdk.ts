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
  node: 'of this process',
  async play({ root, folder, env, packages }, diary) {
    const place = { cwd: folder, env };
    writeApp(root, folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'own-app', private: true, type: 'module' }));
    const tarball = packages().streamgauge.path;
    const name = 'npm install streamgauge aws-cdk-lib constructs esbuild';
    await install(name, ['install', tarball, ...peers(root)], place, diary);
    await diary.step('node app.ts', async () => {
      await run(['node', 'app.ts'], place);
      return `${readSynthesis(folder).bundles.length} functions`;
    });
    await diary.check('its template is that of the sources', async () => {
      const theirs = readSynthesis(folder);
      const ours = await synthesisOfSources(root, env);
      if (isDeepStrictEqual(theirs.template, ours.template)) return digest(theirs);
      throw new NewcomerError(
        `The package's template is ${digest(theirs)}, and that of the sources ${digest(ours)}. These resources differ: ${differing(theirs, ours).join(', ')}.`,
      );
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

/** Names of resources that one template has otherwise than the other, or alone. */
function differing(a: Synthesis, b: Synthesis): readonly string[] {
  const [ofA, ofB] = [a.template.Resources, b.template.Resources];
  const names = new Set([...Object.keys(ofA), ...Object.keys(ofB)]);
  return [...names].filter((name) => !isDeepStrictEqual(ofA[name], ofB[name]));
}

const digest = ({ template }: Synthesis) =>
  createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 12);
