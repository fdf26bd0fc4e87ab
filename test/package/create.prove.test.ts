import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InstalledPackage, ROOT, run } from './installed.ts';

const MAX_CREATE_BYTES = 100_000;

let installed: InstalledPackage;
let project: string;
beforeAll(() => {
  installed = new InstalledPackage();
  for (const name of ['typescript', '@types/node', ...Object.keys(installed.manifest.peerDependencies)]) {
    installed.link(name);
  }
  project = join(installed.project, 'my-analytics');
});
afterAll(() => installed.remove());

test('create-streamgauge makes a project, with nothing else installed', () => {
  const made = run(process.execPath, [join(installed.create, 'index.js'), 'my-analytics', '--yes'], installed.project);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  const bytes = readFileSync(join(installed.create, 'index.js')).length;
  console.log(`create-streamgauge is ${bytes} bytes and its templates.`);
  expect(bytes).toBeLessThan(MAX_CREATE_BYTES);
  // What npm install would do: the packages of the project, and no others.
  cpSync(join(installed.project, 'node_modules'), join(project, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  });
});

test('it makes what streamgauge init makes', () => {
  expect(installed.node('node_modules/streamgauge/bin/launch.js', 'init', 'by-init')).toMatchObject({ status: 0 });
  for (const path of ['pipeline.ts', 'tsconfig.json', 'cdk.json', 'data/sample.jsonl', 'pipeline.test.ts']) {
    expect(readFileSync(join(installed.project, 'by-init', path), 'utf8')).toBe(
      readFileSync(join(project, path), 'utf8'),
    );
  }
});

test('npm start replays the sample, and its rows can be read', () => {
  const start = ['start', '--silent', '--', '--until-replayed', '--port', '0', '--rate', '100000', '--plain'];
  const { status, stdout, stderr } = run('npm', start, project);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('page_views_5min');
  expect(existsSync(join(project, '.streamgauge/clickstream.db'))).toBe(true);
});

test('npm test passes', () => {
  expect(run('npm', ['test', '--silent'], project)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^(#|ℹ) pass 2$/m),
  });
});

test('its files type-check', () => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  expect(run(process.execPath, [tsc], project)).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('its CDK app synthesizes', () => {
  const { app, context } = JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8'));
  // As the command line of CDK starts it.
  const environment = { CDK_OUTDIR: 'cdk.out', CDK_CONTEXT_JSON: JSON.stringify(context) };
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  expect(run('env', [...assignments, ...app.split(' ')], project)).toMatchObject({ status: 0 });
  expect(existsSync(join(project, 'cdk.out/Streamgauge-clickstream.template.json'))).toBe(true);
});
