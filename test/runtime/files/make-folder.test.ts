import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSystemError, reasonOf } from '../../../runtime/files/file-error.ts';
import { makeFolder } from '../../../runtime/files/make-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('makes the folders above it, and takes one that is there', async () => {
  await makeFolder(join(dir, 'a/b/c'));
  await makeFolder(join(dir, 'a/b/c'));
  expect(existsSync(join(dir, 'a/b/c'))).toBe(true);
});

test('a file in its place or above it is refused in one sentence', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toThrow(
    `The folder ${file} cannot be used: there is a file of that name. Name another place.`,
  );
  await expect(makeFolder(join(file, 'below/it'))).rejects.toThrow(/a part of its path is a file and no folder/);
});

// Node's own way of making all folders of a path never ends there.
test('where nothing can be made it ends', async () => {
  await expect(makeFolder('/proc/streamgauge/out')).rejects.toThrow(
    /The folder \/proc\/streamgauge\/out cannot be used/,
  );
});

test.each([
  ['EACCES', 'this user has no right to do so. Change its rights, or name another place.'],
  ['EROFS', 'its file system is read-only. Name another place.'],
  ['EMFILE', 'this process has too many files open. Raise the limit (ulimit -n).'],
  ['EODD', 'something odd.'],
])('the system says %s, and we say: %s', (code, sentence) => {
  const error = Object.assign(new Error('something odd'), { code, syscall: 'open' });
  expect(isSystemError(error)).toBe(true);
  expect(reasonOf(error)).toBe(sentence);
});
