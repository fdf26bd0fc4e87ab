import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { OWN_CDK_APP, readSynthesis, type Synthesis } from '../../scripts/package/own-cdk-app.ts';
import { COMMAND, InstalledPackage, ROOT, run } from './installed.ts';

const MAX_FILES = 1600;
const MAX_PACKED_BYTES = 1_600_000;
const PIPELINE = readFileSync(join(ROOT, 'pipelines/clickstream.ts'), 'utf8');

let installed: InstalledPackage;
beforeAll(() => {
  installed = new InstalledPackage();
  installed.write('clickstream.ts', PIPELINE);
});
afterAll(() => installed.remove());

test('the tarball holds what runs, and no tests, and is small', () => {
  const { files, packedBytes } = installed;
  console.log(`The package has ${files.length} files, ${packedBytes} bytes packed.`);
  expect(files.filter((path) => /(^|\/)(test|bench|pipelines|scripts)\//.test(path))).toEqual([]);
  const sources = files.filter((path) => /(?<!\.d)\.ts$/.test(path) && !path.startsWith('templates/'));
  expect(sources).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'bin/launch.js', 'lambdas/aggregate/index.js']),
  );
  expect(files.length).toBeLessThan(MAX_FILES);
  expect(packedBytes).toBeLessThan(MAX_PACKED_BYTES);
});

test('publint finds nothing wrong in the tarballs', () => {
  const publint = join(ROOT, 'node_modules/publint/src/cli.js');
  for (const tarball of installed.tarballs) {
    const { status, stdout } = run(process.execPath, [publint, tarball, '--strict', '--level', 'warning'], ROOT);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('All good!') });
  }
});

test('the types of every export are found, by modules of ECMAScript and by bundlers', () => {
  const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const [tarball = ''] = installed.tarballs;
  const args = [attw, tarball, '--profile', 'esm-only', '--no-definitely-typed', '--format', 'json'];
  const { status, stdout, stderr } = run(process.execPath, args, ROOT);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { analysis } = JSON.parse(stdout) as { analysis: { entrypoints: Readonly<Record<string, unknown>> } };
  expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(installed.manifest.exports));
});

test('without the peers, the command runs a pipeline over a file, and gives the rows that the sources give', () => {
  const made = installed.node(COMMAND, 'generate', 'clickstream', '--events', '2000', '--out', 'clicks.jsonl');
  expect(made).toMatchObject({ status: 0, stderr: '' });
  const toOut = ['run', 'clickstream.ts', '--input', 'clicks=clicks.jsonl', '--out'];
  expect(installed.node(COMMAND, ...toOut, 'out')).toMatchObject({ status: 0, stderr: '' });

  const folder = inRepository();
  cpSync(join(installed.project, 'clicks.jsonl'), join(folder, 'clicks.jsonl'));
  const sources = ['clickstream.ts', '--input', `clicks=${join(folder, 'clicks.jsonl')}`, '--out', join(folder, 'out')];
  const [file, ...rest] = sources;
  const ours = installed.node(join(ROOT, 'bin/streamgauge.js'), 'run', join(folder, file as string), ...rest);
  expect(ours).toMatchObject({ status: 0 });
  const rows = (out: string) => readFileSync(join(out, 'out/page_views_5min.jsonl'), 'utf8');
  expect(rows(installed.project)).toBe(rows(folder));
  rmSync(folder, { recursive: true });
});

test('a Node that is too old gets one sentence', () => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.0' } });";
  expect(installed.node('--import', `data:text/javascript,${encodeURIComponent(old)}`, COMMAND, '--help')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'streamgauge needs Node 22.18 or later, and this is Node 20.20.0: install a newer one.\n',
  });
});

test('node:sqlite does not call itself experimental, and other warnings are shown', () => {
  const warn = `setImmediate(() => {
    process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning');
    process.emitWarning('The disk is slow.', 'DiskWarning');
  })`;
  const { status, stderr } = installed.node(
    '--import',
    `data:text/javascript,${encodeURIComponent(warn)}`,
    COMMAND,
    'help',
  );
  expect(status).toBe(0);
  expect(stderr).toContain('DiskWarning: The disk is slow.');
  expect(stderr).not.toContain('SQLite');
});

test("a user's jest runs tests with streamgauge/testing", () => {
  installed.link('jest');
  installed.write('clickstream.mjs', PIPELINE);
  installed.write('own.jest.mjs', OWN_JEST_TEST);
  installed.write('jest.config.json', JSON.stringify({ testMatch: ['**/*.jest.mjs'], transform: {} }));
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '-c',
    'jest.config.json',
  ];
  expect(installed.node(...jest)).toMatchObject({ status: 0, stderr: expect.stringContaining('1 passed, 1 total') });
});

describe('with the peers', () => {
  beforeAll(() => {
    for (const name of [...Object.keys(installed.manifest.peerDependencies), '@types/node']) installed.link(name);
    installed.write('app.ts', OWN_CDK_APP);
  });

  test('every export can be imported', () => {
    const names = Object.keys(installed.manifest.exports).filter((path) => path !== './package.json');
    expect(names).toEqual(expect.arrayContaining(['.', './cdk', './client', './producer', './testing']));
    const imports = names.map((path) => `await import('streamgauge${path.slice(1)}')`);
    const code = `for (const each of [${imports}]) console.log(Object.keys(each).length > 0)`;
    const { status, stdout, stderr } = installed.node('--input-type=module', '-e', code);
    expect({ status, stderr, lines: stdout.trim().split('\n') }).toEqual({
      status: 0,
      stderr: '',
      lines: names.map(() => 'true'),
    });
  });

  test.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])("a user's files type-check under %s, with the package's declarations", (moduleResolution, module) => {
    const compilerOptions = {
      ...{ moduleResolution, module, target: 'es2024', lib: ['es2024'], types: ['node'], strict: true },
      // CDK's own declarations fail under exactOptionalPropertyTypes.
      ...{ noEmit: true, allowImportingTsExtensions: true, skipLibCheck: false },
    };
    installed.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['app.ts', 'types.ts'] }));
    installed.write('types.ts', TYPES);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    expect(installed.node(tsc, '-p', '.')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('an own CDK app synthesizes the stack that the sources give', () => {
    const folder = inRepository();
    const ours = synthesize(folder);
    const theirs = synthesize(installed.project);
    expect(theirs.template).toEqual(ours.template);
    expect(theirs.bundles.length).toBe(ours.bundles.length);
    const allowed = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    const needs = theirs.bundles.flatMap((text) =>
      [...text.matchAll(/(?:\brequire\(|\bfrom|\bimport)"([@\w/#:-]+)"/g)].map(([, name]) => name),
    );
    expect(needs.filter((name) => !allowed.has(name as string) && name !== '@aws-sdk/signature-v4-crt')).toEqual([]);
    const bytes = ({ bundles }: typeof ours) => bundles.reduce((sum, text) => sum + text.length, 0);
    console.log(`The functions have ${bytes(theirs)} bytes, and those of the sources ${bytes(ours)}.`);
    rmSync(folder, { recursive: true });
  });
});

/** A folder in the repository, where `streamgauge` is the sources, with the same pipeline. */
function inRepository(): string {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.streamgauge', 'package-'));
  for (const name of readdirSync(installed.project)) {
    if (name.endsWith('.ts')) cpSync(join(installed.project, name), join(folder, name));
  }
  return folder;
}

function synthesize(folder: string): Synthesis {
  const { status, stderr } = run(process.execPath, ['app.ts'], folder);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('rror') });
  return readSynthesis(folder);
}

const TYPES = `
import type { RowOf } from 'streamgauge';
import { createClient } from 'streamgauge/client';
import { Producer } from 'streamgauge/producer';
import { PipelineTest } from 'streamgauge/testing';
import clicks from './clickstream.ts';

type Row = RowOf<typeof clicks.views.page_views_5min>;
export const views = (row: Row): number => row.views + row.unique_users;
// @ts-expect-error a column that the view does not have
export const wrong = (row: Row) => row.visitors;
export const producer: typeof Producer = Producer;
const client = createClient<typeof clicks>({ url: 'http://127.0.0.1:1' });
export const pages = async (): Promise<readonly Row[]> => (await client.view('page_views_5min').windows()).rows;
// @ts-expect-error a view that the pipeline does not have
export const noPages = () => client.view('page_views');
export async function rowsOf(): Promise<readonly Row[]> {
  const test = await PipelineTest.start(clicks, { startAt: '2026-03-01T12:00:00Z' });
  // @ts-expect-error a view that the pipeline does not have
  await test.rows('page_views');
  return test.rows('page_views_5min');
}
`;

const OWN_JEST_TEST = `
import { PipelineTest } from 'streamgauge/testing';
import clicks from './clickstream.mjs';

test('a view makes a row', async () => {
  const pipeline = await PipelineTest.start(clicks, { startAt: '2026-03-01T12:00:00Z' });
  const click = { event_id: '1', user_id: 'ann', page_url: '/', action: 'view', timestamp: '2026-03-01T12:00:00Z' };
  await pipeline.give('clicks', [click]);
  await pipeline.end();
  expect(await pipeline.rows('page_views_5min')).toMatchObject([{ page: '/', views: 1 }]);
});
`;
