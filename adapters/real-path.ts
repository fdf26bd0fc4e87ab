import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The file that a path leads to, behind all symbolic links. It is the same before that file is made and after: SQLite, say,
 * makes the file at the end of a link, and from then on the link and the file are one store.
 */
export function realPathOf(path: string): string {
  const real = existing(() => realpathSync(path));
  if (real !== null) return real;
  const folder = dirname(resolve(path));
  const place = join(existing(() => realpathSync(folder)) ?? folder, basename(path));
  const link = existing(() => readlinkSync(place));
  return link === null ? place : realPathOf(resolve(dirname(place), link));
}

/** Null where there is nothing, or no link; throws what else is wrong, such as links in a circle. */
function existing(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
