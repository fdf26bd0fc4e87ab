import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { type Cutting, LineCutter } from '../input/split-lines.ts';
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
export async function placeBehind(path: string, mark: ReplayMark, cutting: Cutting): Promise<FoundFile | null> {
  const hash = new LinesHash();
  if (mark.lines === 0) return { path, from: 0, hash };
  const cutter = new LineCutter(cutting);
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
    for (const line of cutter.end()) {
      hash.add(line);
      if (++lines === mark.lines) return place();
    }
    return null;
  } finally {
    chunks.destroy();
  }
}

/**
 * Where the lines of a mark lie now that the file itself has others: it was renamed (`access.log.1`), or copied and then cut
 * short. Names tell little, for every rotation has its own; the lines themselves tell.
 */
export async function findRotated(path: string, mark: ReplayMark, cutting: Cutting): Promise<FoundFile | null> {
  if (mark.lines === 0) return null;
  for (const candidate of await candidatesBeside(path)) {
    const found = await placeBehind(candidate, mark, cutting).catch(ignoreGone);
    if (found !== null) return found;
  }
  return null;
}

/**
 * What was rotated away next after a file that has been read to its end: the file was rotated more than once meanwhile. Nothing
 * was read of it, so only names tell that it belongs here: `access.log.1`, `access.log-20260131` or `access-2026-01-31.log`.
 */
export async function rotatedAfter(
  path: string,
  read: { readonly id: string; readonly writtenMs: number },
): Promise<string | null> {
  const own = basename(path);
  const current = (await stat(path).catch(ignoreGone)) ?? null;
  const known = [read.id, current === null ? null : idOf(current)];
  const files = await filesBeside(path, (name) => isRotationOf(own, name));
  const later = files.filter(({ id, writtenMs }) => writtenMs > read.writtenMs && !known.includes(id));
  return later.at(-1)?.path ?? null;
}

const STAMP = /^[-._]\d[-._:TZ\d]*$/;
const DATE = /^[-._]\d{4}-?\d\d-?\d\d[-._:TZ\d]*$/;

function isRotationOf(own: string, name: string): boolean {
  if (name.startsWith(own)) return STAMP.test(name.slice(own.length));
  const { name: stem, ext } = parse(own);
  // `access-2.log` may be the log of a second process.
  return name.startsWith(stem) && name.endsWith(ext) && DATE.test(name.slice(stem.length, name.length - ext.length));
}

async function candidatesBeside(path: string): Promise<readonly string[]> {
  const own = basename(path);
  const [stem] = own.split('.').filter(Boolean);
  const files = await filesBeside(path, (name) => name.startsWith(stem ?? own));
  return files.slice(0, MAX_CANDIDATES).map((file) => file.path);
}

interface FileBeside {
  readonly path: string;
  readonly id: string;
  readonly writtenMs: number;
}

/** Files of the same folder that can be read as they are, those that were written last first. */
async function filesBeside(path: string, isWanted: (name: string) => boolean): Promise<readonly FileBeside[]> {
  const folder = dirname(path);
  const own = basename(path);
  const names = ((await readdir(folder).catch(ignoreGone)) ?? []).filter(
    (name) => name !== own && isWanted(name) && !COMPRESSED.test(name),
  );
  const files: FileBeside[] = [];
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(ignoreGone);
    if (found?.isFile()) files.push({ path: join(folder, name), id: idOf(found), writtenMs: found.mtimeMs });
  }
  return files.sort((a, b) => b.writtenMs - a.writtenMs);
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** A file that was rotated on meanwhile, or that this user may not read, is none that can be gone on with. */
function ignoreGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EPERM') return null;
  throw error;
}
