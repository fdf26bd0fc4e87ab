import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LineCutter } from '../input/split-lines.ts';
import { LinesHash, type ReplayMark } from './replay-mark.ts';

/** Files beside a log that are looked at, those that were written last first. */
const MAX_CANDIDATES = 20;
const COMPRESSED = /\.(gz|zst|bz2|xz)$/;

export interface FoundFile {
  readonly path: string;
  /** The byte behind the last line of the mark. */
  readonly from: number;
  /** Of the lines before it. */
  readonly hash: LinesHash;
}

/** Where a file goes on behind the lines of a mark; null where it does not begin with them. */
export async function placeBehind(path: string, mark: ReplayMark): Promise<FoundFile | null> {
  const hash = new LinesHash();
  if (mark.lines === 0) return { path, from: 0, hash };
  const cutter = new LineCutter();
  let lines = 0;
  const chunks = createReadStream(path, { highWaterMark: 256 * 1024 });
  const place = () => (hash.value === mark.hash ? { path, from: cutter.consumed, hash } : null);
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      for (const line of cutter.add(chunk)) {
        hash.add(line);
        if (++lines === mark.lines) return place();
      }
    }
    const last = cutter.end();
    if (last === null) return null;
    hash.add(last);
    return lines + 1 === mark.lines ? place() : null;
  } finally {
    chunks.destroy();
  }
}

/**
 * Where the lines of a mark lie now that the file itself has others: it was renamed (`access.log.1`), or copied and then cut
 * short. Names tell little, for every rotation has its own; the lines themselves tell.
 */
export async function findRotated(path: string, mark: ReplayMark): Promise<FoundFile | null> {
  if (mark.lines === 0) return null;
  for (const candidate of await candidatesBeside(path)) {
    const found = await placeBehind(candidate, mark).catch(ignoreGone);
    if (found !== null) return found;
  }
  return null;
}

async function candidatesBeside(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const own = basename(path);
  const [stem] = own.split('.').filter(Boolean);
  const names = ((await readdir(folder).catch(ignoreGone)) ?? []).filter(
    (name) => name !== own && name.startsWith(stem ?? own) && !COMPRESSED.test(name),
  );
  const files: { readonly path: string; readonly writtenMs: number }[] = [];
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(ignoreGone);
    if (found?.isFile()) files.push({ path: join(folder, name), writtenMs: found.mtimeMs });
  }
  files.sort((a, b) => b.writtenMs - a.writtenMs);
  return files.slice(0, MAX_CANDIDATES).map((file) => file.path);
}

/** A file that was rotated on meanwhile, or that this user may not read, is none that can be gone on with. */
function ignoreGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EPERM') return null;
  throw error;
}
