import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import type { ItemWrite } from '../../../engine/ports/state-store.ts';

const fixed = { nowMs: () => 0 };
const WRITER = join(__dirname, 'child-writer.ts');

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'durable-'));
  path = join(dir, 'store.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

function put(sort: string, version: number, data: string | Uint8Array): ItemWrite {
  const condition = version === 1 ? ({ kind: 'absent' } as const) : ({ kind: 'version', is: version - 1 } as const);
  return { kind: 'put', key: { partition: 'p', sort }, version, data, condition };
}

/** Runs the writer to its end and gives its exit code with what it said on stderr. */
async function runWriter(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

/** Kills the writer by SIGKILL when it has printed so many lines; gives the lines that came out. */
async function killAfter(lines: number, name: string): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, 'groups', path, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const seen: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    seen.push(line);
    if (seen.length === lines) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return seen;
}

test('state, rows, wakes and side outputs are there after a close and a reopen', async () => {
  const before = openEmbedded(path, fixed);
  const row = { view: 'v', group: '["ü"]', windowStartMs: -60_000, windowEndMs: 0, revision: 1, epoch: 1 };
  const stored = { ...row, partial: false, columns: '{"n":1}' };
  const wake = { view: 'v', bucket: 0, deduplicationId: 'id' };
  const origin = { stream: 's', shard: 'shard', position: { sequence: '9'.repeat(129), index: 3 } };
  const dead = { kind: 'dead', ...origin, bytes: Uint8Array.of(0, 255), arrivalMs: null } as const;
  const letter = { ...dead, reason: 'not_json', message: 'It is not JSON.' } as const;
  await before.state.transact([put('text', 1, 'checkpoint'), put('bytes', 1, Uint8Array.of(0, 255))]);
  await before.results.put([stored]);
  await before.queue.send([wake]);
  await before.deadLetters.put([letter]);
  before.close();

  const after = openEmbedded(path, fixed);
  expect((await after.state.query({ partition: 'p' })).map((item) => [item.key.sort, Buffer.from(item.data)])).toEqual([
    ['bytes', Buffer.of(0, 255)],
    ['text', Buffer.from('checkpoint')],
  ]);
  expect(await after.results.get([stored])).toEqual([stored]);
  expect((await after.queue.waiting(10)).map((waiting) => waiting.wake)).toEqual([wake]);
  expect((await after.deadLetters.read('s')).map((read) => ({ ...read, bytes: Buffer.from(read.bytes) }))).toEqual([
    { ...letter, bytes: Buffer.of(0, 255) },
  ]);
  await after.queue.remove((await after.queue.waiting(10)).map(({ id }) => id));
  await after.queue.send([wake]);
  expect(await after.queue.waiting(10)).toEqual([]);
  after.close();
});

test('two openers of a file see the commits of each other, and one of two writers wins', async () => {
  const [one, two] = [openEmbedded(path, fixed), openEmbedded(path, fixed)];
  expect(await one.state.transact([put('a', 1, 'one')])).toEqual({ kind: 'committed' });
  expect((await two.state.get({ partition: 'p', sort: 'a' }))?.data).toBe('one');
  expect(await two.state.transact([put('a', 2, 'two')])).toEqual({ kind: 'committed' });
  const late = await one.state.transact([put('a', 2, 'late'), put('b', 1, 'late')]);
  expect(late).toEqual({ kind: 'conditionFailed', keys: [{ partition: 'p', sort: 'a' }] });
  expect((await one.state.query({ partition: 'p' })).map((item) => item.data)).toEqual(['two']);
  one.close();
  two.close();
});

test('processes that make the file at once and write to one item lose no write', async () => {
  const times = 200;
  const writers = await Promise.all([1, 2, 3].map(() => runWriter('raise', path, String(times))));
  expect(writers).toEqual([1, 2, 3].map(() => ({ code: 0, stderr: '' })));
  const { state, close } = openEmbedded(path, fixed);
  expect(await state.get({ partition: 'counter', sort: 'sum' })).toMatchObject({
    version: 3 * times,
    data: String(3 * times),
  });
  close();
}, 60_000);

test('a process killed in the middle of its writes leaves whole groups, and every one that it reported', async () => {
  // Other numbers of commits, so that the kills hit the write-ahead log at other fillings.
  for (const lines of [1, 7, 40, 90]) {
    const name = `run-${lines}`;
    const reported = await killAfter(lines, name);
    const { state, close } = openEmbedded(path, fixed);
    let whole = 0;
    for (let group = 0; ; group++) {
      const items = await state.query({ partition: `${name}#${String(group).padStart(8, '0')}` });
      if (items.length === 0) break;
      expect(items.map((item) => item.key.sort)).toEqual(['a', 'b', 'c']);
      const expected = Buffer.alloc(20_000, group % 256);
      expect(items.filter((item) => expected.equals(item.data as Uint8Array))).toHaveLength(3);
      whole++;
    }
    expect(reported).toEqual(reported.map((_, i) => String(i)));
    expect(whole).toBeGreaterThanOrEqual(reported.length);
    close();
  }
}, 60_000);
