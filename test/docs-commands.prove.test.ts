import { exec, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { main } from '../bin/cli/main.ts';
import { DOCUMENTS, docBlocks, typescriptBlocks } from './support/doc-blocks.ts';

/** What the documents show is run: their tests, their commands in their order, and their requests to one machine. */
const ROOT = resolve(__dirname, '..');
const LOCAL_SERVER = 'http://127.0.0.1:8787';
const blocks = DOCUMENTS.flatMap(docBlocks);

let dir: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'docs-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const tests = typescriptBlocks().filter(({ text }) => text.includes("from 'node:test'"));

test.each(tests)('the tests in $name pass', ({ path }) => {
  const { status, stdout } = spawnSync(process.execPath, ['--test', path()], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^(#|ℹ) pass [1-9]/m) });
});

/** `test/docs-tutorial.prove.test.ts` plays the tutorial in a folder of its own. */
const commands = blocks
  .filter(({ language, name }) => language === 'sh' && !name.startsWith('docs/tutorial.md'))
  .flatMap(({ text }) => text.split('\n'))
  .filter((line) => line.startsWith('npx streamgauge '));

test('every command of the documents works, in their order', async () => {
  expect(commands.length).toBeGreaterThanOrEqual(5);
  const previous = process.cwd();
  const out = mkdtempSync(join(dir, 'out-'));
  process.chdir(ROOT);
  try {
    for (const line of commands) {
      const args = line
        .split(/\s+/)
        .slice(2)
        .map((argument) => argument.replace(/^(clicks=)?out(\/|$)/, `$1${out}$2`));
      const written: string[] = [];
      const stream = Object.assign(Object.create(process.stdout), {
        write: (text: string) => written.push(text) > 0,
        isTTY: false,
      });
      const code = await main(args, { stdout: stream, stderr: stream, env: {} });
      expect({ line, code, output: code === 0 ? '' : written.join('') }).toEqual({ line, code: 0, output: '' });
    }
  } finally {
    process.chdir(previous);
  }
});

const requests = blocks
  .filter(({ language, name }) => language === 'sh' && !name.startsWith('docs/tutorial.md'))
  .flatMap(({ text }) => text.split('\n'))
  .filter((line) => line.startsWith('curl ') && line.includes(LOCAL_SERVER));

if (spawnSync('curl', ['--version']).status === 0) {
  test('every request to one machine is answered', async () => {
    const store = join(mkdtempSync(join(dir, 'store-')), 'store.db');
    const args = ['bin/streamgauge.js', 'dev', 'pipelines/clickstream.ts', '--store', store, '--port', '0', '--plain'];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const url = await urlIn(child.stdout);
      expect(requests.length).toBeGreaterThanOrEqual(2);
      for (const line of requests) {
        const shown = await promisify(exec)(`${line.replaceAll(LOCAL_SERVER, url)} --silent --show-error --fail`);
        expect(JSON.parse(shown.stdout)).toEqual(expect.any(Object));
      }
    } finally {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  });
} else {
  test('NOT RUN: every request to one machine is answered: there is no curl here', () => {
    expect(requests.length).toBeGreaterThanOrEqual(2);
  });
}

/** The first address that a process prints. Its output is read to the end, so that it never waits for room. */
async function urlIn(stdout: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stdout.on('data', (chunk) => {
      text += chunk;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url !== undefined) resolve(url);
    });
    stdout.once('end', () => reject(new Error(`The process ended before it served: ${text}`)));
  });
}
