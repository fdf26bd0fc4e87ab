import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpoolFile } from '../../../../adapters/embedded/spool/spool-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('bytes are read where they were written, and the file has no name', () => {
  const file = new SpoolFile(folder);
  expect(file.append(Buffer.from('one'))).toBe(0);
  expect(file.append(Buffer.from('three'))).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
  const read = Buffer.alloc(4);
  file.read(read, 2);
  expect(read.toString()).toBe('ethr');
  file.close();
});

test('no file is made before there are bytes', () => {
  const file = new SpoolFile(join(folder, 'missing'));
  file.close();
  expect(() => file.append(Buffer.from('one'))).toThrow(
    `The temporary file of rows in ${join(folder, 'missing')} cannot be used: there is no such file or folder. Look at the name. The environment variable TMPDIR names the folder.`,
  );
});

test('bytes that are not there are an error, and none are made up', () => {
  const file = new SpoolFile(folder);
  file.append(Buffer.from('one'));
  expect(() => file.read(Buffer.alloc(2), 2)).toThrow('cannot be used: its end is missing. The environment');
  file.close();
});
