import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { main } from '../bin/cli/main.ts';
import { type DocBlock, docBlocks } from './support/doc-blocks.ts';

/** The tutorial, played from its first line to its last in a folder of its own: it shows what its commands print. */
const ROOT = resolve(__dirname, '..');
const HERE_DOCUMENT = /^cat > (\S+) <<'END'\n([\s\S]*?)^END$/gm;

let folder: string;
const previous = process.cwd();
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.streamgauge', 'tutorial-'));
  process.chdir(folder);
});
afterAll(() => {
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

/** What a block of shell prints: files that it writes, commands of streamgauge, and `cat`. The rest needs a network. */
async function play({ text }: DocBlock): Promise<string> {
  for (const [, path = '', lines = ''] of text.matchAll(HERE_DOCUMENT)) save(path, lines);
  const printed = [];
  for (const line of text.replace(HERE_DOCUMENT, '').split('\n')) {
    if (line.startsWith('npx streamgauge ')) printed.push(await streamgauge(line));
    if (line.startsWith('cat ')) printed.push(readFileSync(line.slice(4), 'utf8'));
  }
  return printed.join('');
}

/** How long something took differs from run to run. */
const withoutTimes = (text: string) => text.replaceAll(/^\d+\.\d\d s$/gm, '… s');

test('every step works, and prints what the page says', async () => {
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
  expect(compared.length).toBeGreaterThanOrEqual(4);
});
