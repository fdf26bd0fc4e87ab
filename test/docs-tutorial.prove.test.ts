import { type ChildProcess, exec, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { main } from '../bin/cli/main.ts';
import { type DocBlock, docBlocks } from './support/doc-blocks.ts';

/** The tutorial, played from its first line to its last in a folder of its own: it shows what its commands print. */
const ROOT = resolve(__dirname, '..');
const LOCAL_SERVER = 'http://127.0.0.1:8787';
const HERE_DOCUMENT = /^cat > (\S+) <<'END'\n([\s\S]*?)^END$/gm;

let folder: string;
/** The `dev` that goes on in another terminal, and where it serves: on any free port in place of the one that is shown. */
let live: { readonly child: ChildProcess; readonly url: string } | null = null;
const previous = process.cwd();
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.streamgauge', 'tutorial-'));
  process.chdir(folder);
});
afterAll(async () => {
  if (live !== null) await interrupt(live.child);
  process.chdir(previous);
  rmSync(folder, { recursive: true });
});

function save(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function streamgauge(line: string): Promise<string> {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const stdout = Object.assign(Object.create(process.stdout), { write, isTTY: false });
  const stderr = Object.assign(Object.create(process.stderr), { write: () => true, isTTY: false });
  const code = await main(line.split(/\s+/).slice(2), { stdout, stderr, env: {} });
  expect({ line, code }).toEqual({ line, code: 0 });
  return written.join('');
}

/** A command that goes on until Ctrl-C, once it has printed something like that; and what this was. */
async function background(line: string, pattern: RegExp): Promise<{ child: ChildProcess; found: string }> {
  const args = [join(ROOT, 'bin/streamgauge.js'), ...line.split(/\s+/).slice(2)];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const found = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const [match] = pattern.exec(text) ?? [];
      if (match !== undefined) resolve(match);
    });
    child.stdout.once('end', () => reject(new Error(`'${line}' ended before it printed ${pattern}: ${text}`)));
  });
  return { child, found };
}

/** As Ctrl-C does. */
async function interrupt(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}

async function startLive(line: string): Promise<void> {
  const { child, found } = await background(`${line} --port 0`, /http:\/\/127\.0\.0\.1:\d+/);
  live = { child, url: found };
}

async function follow(line: string): Promise<void> {
  const { child, found } = await background(line, /^.*north +2 +10.*$/m);
  expect(found).toMatch(/^2026 {2}2 Mar 08:10/);
  await interrupt(child);
}

/** Sends an event, and waits until the pipeline has taken it in. */
async function send(line: string): Promise<void> {
  const url = live?.url ?? 'nowhere';
  const before = await delivered(url);
  const command = `${line.replaceAll(LOCAL_SERVER, url)} --silent --show-error --fail`;
  const { stdout } = await promisify(exec)(command);
  expect(JSON.parse(stdout)).toMatchObject({ accepted: 1 });
  while ((await delivered(url)) === before);
}

async function delivered(url: string): Promise<number> {
  const response = await fetch(`${url}/api/overview`);
  const { counters } = (await response.json()) as { readonly counters: { readonly delivered: number } };
  return counters.delivered;
}

/** What a block of shell prints: files that it writes, commands of streamgauge, and `cat`. The rest needs a network. */
async function play({ text }: DocBlock): Promise<string> {
  for (const [, path = '', lines = ''] of text.matchAll(HERE_DOCUMENT)) save(path, lines);
  const printed = [];
  for (const line of text.replace(HERE_DOCUMENT, '').split('\n')) {
    if (line.startsWith('curl ')) await send(line);
    if (/^npx streamgauge dev (?!.*--until-replayed)/.test(line)) await startLive(line);
    else if (line.startsWith('npx streamgauge tail ')) await follow(line);
    else if (line.startsWith('npx streamgauge ')) printed.push(await streamgauge(line));
    if (line.startsWith('cat ')) printed.push(readFileSync(line.slice(4), 'utf8'));
  }
  return printed.join('');
}

/** How long something took differs from run to run. */
const withoutTimes = (text: string) => text.replaceAll(/^\d+\.\d\d s$/gm, '… s');

const name = 'every step works, and prints what the page says';

async function playAll(): Promise<void> {
  let printed: string | null = null;
  const compared: string[] = [];
  for (const block of docBlocks('docs/tutorial.md')) {
    if (block.file !== null) save(block.file, block.text);
    if (block.language === 'text' && printed !== null && printed !== '') {
      compared.push(block.name);
      expect({ block: block.name, text: withoutTimes(block.text) }).toEqual({
        block: block.name,
        text: withoutTimes(printed),
      });
    }
    printed = block.language === 'sh' ? await play(block) : null;
  }
  expect(compared.length).toBeGreaterThanOrEqual(5);
}

if (spawnSync('curl', ['--version']).status === 0) test(name, playAll);
else test(`NOT RUN: ${name}: there is no curl here`, () => expect(live).toBeNull());
