import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { StoreInUseError, StoreLock, StoreLockError, type StoreUse } from '../../../adapters/embedded/store-lock.ts';

const HOLDER = join(__dirname, 'lock-holder.ts');

let dir: string;
let store: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  store = join(dir, 'store.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGKILL');
  rmSync(dir, { recursive: true });
});

/** Another process that takes the lock, and what it came to. */
async function holder(use: StoreUse): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [HOLDER, store, use], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return { child, said: String(said).trim() };
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill(signal);
  await ended;
}

function attempt(use: StoreUse): Error | 'taken' {
  try {
    StoreLock.take(store, use).release();
    return 'taken';
  } catch (error) {
    return error as Error;
  }
}

test.each<[StoreUse, StoreUse, boolean]>([
  ['own', 'own', false],
  ['own', 'share', true],
  ['own', 'alone', false],
  ['share', 'own', true],
  ['share', 'share', true],
  ['share', 'alone', false],
  ['alone', 'own', false],
])('while another process has it to %s it, a second may %s it: %s', async (first, second, may) => {
  expect((await holder(first)).said).toBe('taken');
  const outcome = attempt(second);
  expect(outcome === 'taken' ? true : (outcome as object).constructor.name).toBe(may || 'StoreInUseError');
});

test('of two processes that want to own it one gets it', async () => {
  const both = await Promise.all([holder('own'), holder('own')]);
  expect(both.map(({ said }) => said).sort()).toEqual(['StoreInUseError', 'taken']);
});

test.each(['SIGKILL', 'SIGTERM'] as const)('a process that ends by %s leaves the lock at once', async (signal) => {
  const { child } = await holder('own');
  expect(attempt('own')).toBeInstanceOf(StoreInUseError);
  await end(child, signal);
  expect(attempt('own')).toBe('taken');
  expect(attempt('alone')).toBe('taken');
});

test('in one process two owners are refused as well, and a store under another name is the same store', () => {
  const link = join(dir, 'link.db');
  symlinkSync('store.db', link);
  // The link leads nowhere yet: the first owner makes the store at its end.
  const lock = StoreLock.take(link, 'own');
  for (const step of ['before', 'after']) {
    if (step === 'after') openEmbedded(link, { nowMs: () => 0 }).close();
    expect(attempt('own')).toBeInstanceOf(StoreInUseError);
    expect(() => StoreLock.take(link, 'own')).toThrow(StoreInUseError);
  }
  lock.release();
  expect(attempt('own')).toBe('taken');
});

test('the message names who has the store, as that one has signed', () => {
  const lock = StoreLock.take(store, 'own');
  expect((attempt('own') as Error).message).toBe(
    `The store ${store} is in use by another process. Two at once would count every event twice: stop that one or wait for it, or give another --store.`,
  );
  const stores = openEmbedded(store, { nowMs: () => 0 });
  lock.sign('streamgauge dev', 0, (name, value) => stores.log.setMark(name, value));
  expect((attempt('own') as Error).message).toContain(
    `in use by streamgauge dev, process ${process.pid} on ${hostname()}, since 1970-01-01T00:00:00.000Z. Two at once`,
  );
  stores.close();
  lock.release();
});

test('whoever only looks at a store is not taken for its owner', async () => {
  const { child } = await holder('share');
  expect((attempt('alone') as Error).message).toContain('while another process looks at it or redrives from it');
  await end(child, 'SIGKILL');
  const owner = StoreLock.take(store, 'alone').keep();
  expect([attempt('share'), attempt('own')]).toEqual(['taken', expect.any(StoreInUseError)]);
  owner.release();
});

test('a lock file that cannot be made or is something else is told, and left as it is', () => {
  expect(() => StoreLock.take(join(dir, 'absent/store.db'), 'own')).toThrow(StoreLockError);
  const text = 'Not a database. '.repeat(100);
  writeFileSync(`${store}.lock`, text);
  expect(() => StoreLock.take(store, 'own')).toThrow(
    /cannot be locked with .*store\.db\.lock: the file is not a store/,
  );
  expect(readFileSync(`${store}.lock`, 'utf8')).toBe(text);
});
