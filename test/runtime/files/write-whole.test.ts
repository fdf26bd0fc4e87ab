import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FileError } from '../../../runtime/files/file-error.ts';
import { gzipped } from '../../../runtime/files/gzip.ts';
import { type OutputFiles, writeWhole } from '../../../runtime/files/write-whole.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'whole-')));
  path = join(dir, 'rows.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true }));

type Step = 'write' | 'sync' | 'close' | 'rename';

/** Files in a map, and what was done with them. Takes `perWrite` bytes a write at most; a step can fail with a code. */
class FilesDouble implements OutputFiles {
  readonly contents = new Map<string, Buffer>();
  readonly steps: string[] = [];
  readonly #perWrite: number;
  readonly #room: number;
  readonly #failing: Step | null;

  constructor({ perWrite = Number.POSITIVE_INFINITY, room = Number.POSITIVE_INFINITY, failing = null as Step | null }) {
    this.#perWrite = perWrite;
    this.#room = room;
    this.#failing = failing;
  }

  async open(name: string, flags: string) {
    const isFolder = flags === 'r';
    if (!isFolder) this.contents.set(name, Buffer.alloc(0));
    return {
      write: async (bytes: Uint8Array, offset: number, length: number) => {
        const before = this.contents.get(name) as Buffer;
        const taken = Math.min(length, this.#perWrite, this.#room - before.length);
        if (taken === 0) this.#fail('write');
        this.contents.set(name, Buffer.concat([before, bytes.subarray(offset, offset + taken)]));
        return { bytesWritten: taken };
      },
      sync: async () => this.#step(isFolder ? 'sync folder' : 'sync'),
      close: async () => this.#step(isFolder ? 'close folder' : 'close'),
    };
  }

  async rename(from: string, to: string) {
    this.#step('rename');
    this.contents.set(to, this.contents.get(from) as Buffer);
    this.contents.delete(from);
  }

  async remove(name: string) {
    this.contents.delete(name);
  }

  #step(step: string): void {
    this.steps.push(step);
    if (step === this.#failing) this.#fail(step);
  }

  #fail(step: string): never {
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${step}`), { code: 'ENOSPC', syscall: step });
  }
}

const text = (bytes: number) => 'é'.repeat(bytes / 2);

test('writes that take a part each make the whole file, which gets its name once it is synced and closed', async () => {
  const files = new FilesDouble({ perWrite: 7 });
  await writeWhole(path, ['one\n', Buffer.from('two\n'), text(100)], files);
  expect([...files.contents]).toEqual([[path, Buffer.from(`one\ntwo\n${text(100)}`)]]);
  expect(files.steps).toEqual(['sync', 'close', 'rename', 'sync folder', 'close folder']);
});

test('on a disk that fills up in the middle it fails with what to do, and the file before it stays', async () => {
  const files = new FilesDouble({ perWrite: 64, room: 150 });
  files.contents.set(path, Buffer.from('before'));
  const error = await writeWhole(path, [text(200)], files).catch((caught) => caught);
  expect(error).toBeInstanceOf(FileError);
  expect(error.message).toBe(
    `The file ${path} cannot be written: the disk that holds it is full. Free some room there, or name another place.`,
  );
  expect([...files.contents]).toEqual([[path, Buffer.from('before')]]);
});

test.each<Step>(['sync', 'close', 'rename'])('where %s fails nothing is left of the new file', async (failing) => {
  const files = new FilesDouble({ failing });
  await expect(writeWhole(path, ['new'], files)).rejects.toThrow(/is full/);
  expect([...files.contents]).toEqual([]);
});

test('a write that takes nothing and says nothing ends it', async () => {
  const files = new FilesDouble({});
  const stuck: OutputFiles = {
    open: async (name, flags) => ({ ...(await files.open(name, flags)), write: async () => ({ bytesWritten: 0 }) }),
    rename: (from, to) => files.rename(from, to),
    remove: (name) => files.remove(name),
  };
  await expect(writeWhole(path, ['new'], stuck)).rejects.toThrow(/takes no more bytes and does not say why\.$/);
});

test('what the content throws is thrown, and the file before it stays', async () => {
  writeFileSync(path, 'before');
  async function* content() {
    yield text(3_000_000);
    throw new RangeError('The content ended early.');
  }
  await expect(writeWhole(path, content())).rejects.toThrow(new RangeError('The content ended early.'));
  await expect(writeWhole(path, gzipped(content()))).rejects.toThrow(new RangeError('The content ended early.'));
  expect(readdirSync(dir)).toEqual(['rows.jsonl']);
  expect(readFileSync(path, 'utf8')).toBe('before');
});

test('gzip is that of the content', async () => {
  await writeWhole(path, gzipped(['one\n', 'two\n']));
  expect(gunzipSync(readFileSync(path)).toString()).toBe('one\ntwo\n');
});

test.each([true, false])(
  'a symbolic link stays one, and what it leads to is written, there before: %s',
  async (was) => {
    if (was) writeFileSync(join(dir, 'real'), 'before');
    symlinkSync('real', path);
    await writeWhole(path, ['after']);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, 'real'), 'utf8')).toBe('after');
  },
);

test('a pipe is written as it is', async () => {
  execFileSync('mkfifo', [path]);
  const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  reader.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(reader, 'close');
  await writeWhole(path, ['through\n']);
  await closed;
  expect(Buffer.concat(chunks).toString()).toBe('through\n');
  expect((await lstat(path)).isFIFO()).toBe(true);
});

test('a full device, a folder, a place that is not there and a link to itself are one sentence each', async () => {
  await expect(writeWhole('/dev/full', ['new'])).rejects.toThrow(
    'The file /dev/full cannot be written: the disk that holds it is full. Free some room there, or name another place.',
  );
  await expect(writeWhole(dir, ['new'])).rejects.toThrow(
    `The file ${dir} cannot be written: it is a folder. Name a file.`,
  );
  await expect(writeWhole(join(dir, 'a/b'), ['new'])).rejects.toThrow(/there is no such file or folder/);
  symlinkSync('rows.jsonl', path);
  await expect(writeWhole(path, ['new'])).rejects.toThrow(/its symbolic links go round in a circle\. Name another/);
});
