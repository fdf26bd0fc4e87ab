import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import type { ItemWrite } from '../../../engine/ports/state-store.ts';
import { putRows } from '../../support/put-rows.ts';

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

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** Starts the writer; `ended` says how it ended, and what it said on stderr. */
function startWriter(...args: string[]) {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]): Ending => ({ code, signal, stderr }));
  return { child, ended };
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
  const stored = {
    ...row,
    partial: false,
    lateEvents: 2,
    retracted: false,
    expiresAtSeconds: null,
    columns: '{"n":1}',
  };
  const wake = { view: 'v', bucket: 0, deduplicationId: 'id' };
  const origin = { stream: 's', shard: 'shard', position: { sequence: '9'.repeat(129), index: 3 } };
  const dead = { kind: 'dead', ...origin, bytes: Uint8Array.of(0, 255), arrivalMs: null } as const;
  const letter = { ...dead, reason: 'not_json', message: 'It is not JSON.' } as const;
  await before.state.transact([put('text', 1, 'checkpoint'), put('bytes', 1, Uint8Array.of(0, 255))]);
  await putRows(before.results, [stored]);
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
  const times = 1000;
  const writers = [1, 2, 3].map(() => startWriter('raise', path, String(times)));
  // Each has loaded its code and waits: otherwise the first could be done before the last begins.
  await Promise.all(writers.map(({ child, ended }) => Promise.race([once(child.stdout, 'data'), ended])));
  for (const { child } of writers) child.stdin.end('go\n');
  const endings = await Promise.all(writers.map(({ ended }) => ended));
  expect(endings).toEqual(writers.map(() => ({ code: 0, signal: null, stderr: '' })));
  const { state, close } = openEmbedded(path, fixed);
  const sum = { version: writers.length * times, data: String(writers.length * times) };
  expect(await state.get({ partition: 'counter', sort: 'sum' })).toMatchObject(sum);
  close();
}, 60_000);

test('a process killed between commits or within one leaves whole groups, and every one that it reported', async () => {
  // Other numbers of commits, so that the kills hit the write-ahead log at other fillings.
  for (const lines of [1, 7, 40, 90]) {
    const reported = await killAfter(lines, `run-${lines}`);
    expect(reported).toEqual(reported.map((_, i) => String(i)));
    expect(await wholeGroups(`run-${lines}`)).toBeGreaterThanOrEqual(reported.length);
  }
}, 60_000);

// The kill from outside mostly falls between two commits; this one falls after each item of a group in turn.
test('a process killed after any item of a group leaves the groups before it, and nothing of this one', async () => {
  for (const dieAt of [1, 2, 3, 4, 5, 6, 7]) {
    const { child, ended } = startWriter('die', path, `die-${dieAt}`, String(dieAt));
    child.stdout.resume();
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL', stderr: '' });
    expect(await wholeGroups(`die-${dieAt}`)).toBe(Math.floor((dieAt - 1) / 3));
  }
}, 60_000);

/** How many groups of a writer are in the store; fails where one of them is there in part, or not as it was written. */
async function wholeGroups(name: string): Promise<number> {
  const { state, close } = openEmbedded(path, fixed);
  let group = 0;
  for (; ; group++) {
    const items = await state.query({ partition: `${name}#${String(group).padStart(8, '0')}` });
    if (items.length === 0) break;
    expect(items.map((item) => item.key.sort)).toEqual(['a', 'b', 'c']);
    const expected = Buffer.alloc(20_000, group % 256);
    expect(items.filter((item) => expected.equals(item.data as Uint8Array))).toHaveLength(3);
  }
  close();
  return group;
}
