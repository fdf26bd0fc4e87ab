import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../bin/cli/main.ts';
import { DEVELOPMENT } from '../../bin/init/project-files.ts';
import { TEMPLATES } from '../../bin/init/templates.ts';

const ROOT = resolve(__dirname, '../..');
const REPOSITORY = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

let dir: string;
beforeEach(() => {
  // Inside the repository, where a pipeline file that a test loads finds 'streamgauge'.
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'init-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function cli(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await main(args, { stdout, stderr, env: {} });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const names = TEMPLATES.map(({ name }) => name);

test('there are the five templates, each with its folder', () => {
  expect(names).toEqual(['clickstream', 'sensors', 'payments', 'logs', 'market']);
});

describe.each(TEMPLATES)('the template $name', ({ name, stream }) => {
  test('makes a project whose tests pass and whose sample gives rows and one dead letter', async () => {
    const project = join(dir, 'My Analytics');
    const made = await cli('init', project, '--yes', '--template', name);
    expect(made).toEqual({ code: 0, stdout: expect.stringContaining('npm start'), stderr: '' });

    // What npm install would do, with the sources.
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(ROOT, join(project, 'node_modules/streamgauge'));
    const { status, stdout } = spawnSync(process.execPath, ['--test', join(project, 'pipeline.test.ts')], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^(#|ℹ) pass 2$/m) });

    const input = `${stream}=${join(project, 'data/sample.jsonl')}`;
    const run = await cli('run', join(project, 'pipeline.ts'), '--input', input, '--out', join(project, 'out'));
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const letters = readFileSync(join(project, 'out/_dead_letters.jsonl'), 'utf8').trim().split('\n');
    expect(letters.map((line) => JSON.parse(line).reason)).toEqual(['not_json']);
    expect(readFileSync(join(project, 'out/_late.jsonl'), 'utf8')).toBe('');

    const own = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(own).toMatchObject({
      name: 'my-analytics',
      dependencies: { streamgauge: `^${REPOSITORY.version}` },
      scripts: { start: `streamgauge dev pipeline.ts --input ${stream}=data/sample.jsonl` },
    });
  });
});

test('a file that is there stays, and nothing else is written', async () => {
  writeFileSync(join(dir, 'tsconfig.json'), '{}');
  expect(await cli('init', dir)).toEqual({
    code: 2,
    stdout: '',
    stderr: `streamgauge: ${join(dir, 'tsconfig.json')} is already there, and nothing was written. Name a folder without it.\n`,
  });
  expect(existsSync(join(dir, 'package.json'))).toBe(false);
});

test.each([
  [['--template', 'games'], "There is no template 'games'. There are clickstream, sensors, payments, logs, market."],
  [['b'], "streamgauge init makes one project, and does not know what to do with 'b'."],
])('a wrong argument is told: %j', async (args, message) => {
  expect(await cli('init', join(dir, 'a'), ...args)).toEqual({
    code: 2,
    stdout: '',
    stderr: `streamgauge: ${message}\n`,
  });
});

test('projects are developed with the versions that the templates are tested with', () => {
  for (const [name, range] of Object.entries(DEVELOPMENT)) expect(range).toBe(`^${REPOSITORY.devDependencies[name]}`);
});
