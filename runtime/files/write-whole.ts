import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { realPathOf } from '../../adapters/real-path.ts';
import { type Content, chunksOf } from './content.ts';
import { FileError, reasonOf } from './file-error.ts';

/** An open file, as far as a writer needs one: a `FileHandle` of Node, or in tests a double. */
export interface OutputHandle {
  /** May write a part only, as the system call does where the disk fills up. */
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a writer asks of the file system. */
export interface OutputFiles {
  open(path: string, flags: string): Promise<OutputHandle>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

const NODE_FILES: OutputFiles = { open, rename, remove: (path) => rm(path, { force: true }) };

/** Codes by which a file system says that it cannot sync a folder. */
const NO_FOLDER_SYNC = ['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Writes a file whole or not at all, whatever happens: the process may be killed, the disk may be full, the power may fail.
 * Until the last step the earlier file is there.
 *
 *   write all of <name>.<random>.partial ─► sync it ─► close it ─► rename it ─► sync the folder
 *                                           │                      └ without the sync before, the new name could lead to
 *                                           └ a full disk may first show here    an empty file after a loss of power
 *
 * The name of the unfinished file is random, so that two processes never write into one. A process that is killed leaves its
 * unfinished file, which nothing reads. What is no regular file, such as a pipe or /dev/stdout, is written as it is.
 *
 * @throws FileError where it cannot be written; what `content` throws is thrown on. Nothing is left of the new file.
 */
export async function writeWhole(path: string, content: Content, files: OutputFiles = NODE_FILES): Promise<void> {
  const target = await targetOf(path);
  const attempt = <T>(work: () => Promise<T>) => explained(path, work);
  if (target.kind === 'device') {
    await fill(await attempt(() => files.open(target.path, 'w')), content, attempt);
    return;
  }
  const partial = `${target.path}.${randomUUID().slice(0, 8)}.partial`;
  try {
    await fill(await attempt(() => files.open(partial, 'wx')), content, attempt, (handle) => handle.sync());
    await attempt(() => files.rename(partial, target.path));
  } catch (error) {
    // A file that cannot be removed either does no harm, and the first error says more.
    await files.remove(partial).catch(() => {});
    throw error;
  }
  await attempt(() => syncFolder(dirname(target.path), files));
}

type Attempt = <T>(work: () => Promise<T>) => Promise<T>;

/** Writes all of the content and closes the file, whether or not that worked. */
async function fill(
  handle: OutputHandle,
  content: Content,
  attempt: Attempt,
  finish: (handle: OutputHandle) => Promise<void> = async () => {},
): Promise<void> {
  try {
    for await (const bytes of chunksOf(content)) await attempt(() => writeAll(handle, bytes));
    await attempt(() => finish(handle));
  } catch (error) {
    await handle.close().catch(() => {});
    throw error;
  }
  // Some file systems report here what they could not write.
  await attempt(() => handle.close());
}

/** A write that took a part is no error to the system: the next one then says what is wrong. */
async function writeAll(handle: OutputHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, from, bytes.length - from);
    if (bytesWritten === 0) throw new FileError('the file system takes no more bytes and does not say why');
    from += bytesWritten;
  }
}

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FileError(`The file ${path} cannot be written: ${reasonOf(error as NodeJS.ErrnoException)}`, {
      cause: error,
    });
  }
}

type Target = { readonly kind: 'file' | 'device'; readonly path: string };

/** Where the bytes go: behind a symbolic link, which stays one. */
async function targetOf(path: string): Promise<Target> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new FileError(`The file ${path} cannot be written: it is a folder. Name a file.`);
  if (found !== null && !found.isFile()) return { kind: 'device', path };
  return { kind: 'file', path: await explained(path, async () => realPathOf(path)) };
}

/** Makes the new name outlast a loss of power. The file is whole without it. */
async function syncFolder(path: string, files: OutputFiles): Promise<void> {
  try {
    const folder = await files.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
