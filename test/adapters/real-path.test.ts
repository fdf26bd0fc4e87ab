import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realPathOf } from '../../adapters/real-path.ts';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'real-')));
  mkdirSync(join(dir, 'disk'));
  symlinkSync('disk', join(dir, 'folder'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test.each([
  ['a file', 'disk/a.db', 'disk/a.db'],
  ['a file in a linked folder', 'folder/a.db', 'disk/a.db'],
  ['a link', 'link.db', 'disk/a.db'],
  ['a link to a link', 'second.db', 'disk/a.db'],
  ['a link with a path from the root', 'disk/absolute.db', 'disk/a.db'],
])('%s leads to the same place before and after the file is made', (_, path, place) => {
  symlinkSync('folder/a.db', join(dir, 'link.db'));
  symlinkSync('link.db', join(dir, 'second.db'));
  symlinkSync(join(dir, 'second.db'), join(dir, 'disk/absolute.db'));
  expect(realPathOf(join(dir, path))).toBe(join(dir, place));
  writeFileSync(join(dir, 'disk/a.db'), '');
  expect(realPathOf(join(dir, path))).toBe(join(dir, place));
});

test('a path below a folder that is not there is taken as it is', () => {
  expect(realPathOf(join(dir, 'none/a.db'))).toBe(join(dir, 'none/a.db'));
  symlinkSync('none/a.db', join(dir, 'lost.db'));
  expect(realPathOf(join(dir, 'lost.db'))).toBe(join(dir, 'none/a.db'));
});

test('links in a circle are an error of the system', () => {
  symlinkSync('b', join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  expect(() => realPathOf(join(dir, 'a'))).toThrow(expect.objectContaining({ code: 'ELOOP' }));
});
