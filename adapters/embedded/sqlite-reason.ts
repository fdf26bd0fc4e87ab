import { statSync } from 'node:fs';

const NAME_ANOTHER = 'Name another store.';

/** By SQLite's primary result code: what was found, and what to do. */
const REASONS: Readonly<Record<number, string>> = {
  3: `this user has no right to do so. Change its rights, or name another store.`,
  8: `this user cannot write there, or its file system is read-only. ${NAME_ANOTHER}`,
  10: 'the disk reported a fault. Look at the disk and at the log of the system.',
  11: 'the file is damaged. Take a copy of it that is whole, or name another store.',
  13: 'the disk that holds it is full. Free some room there, or name another store.',
  14: `no file can be opened under that name. ${NAME_ANOTHER}`,
  26: `the file is not a store of streamgauge. ${NAME_ANOTHER}`,
};

/** The lowest byte of SQLite's extended result codes. */
const PRIMARY_RESULT_CODE = 0xff;

/** SQLite's primary result code of an error; NaN where the error is not SQLite's. */
export function sqliteCode(error: unknown): number {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & PRIMARY_RESULT_CODE : Number.NaN;
}

/** The end of a sentence about a store, and what to do: `the disk that holds it is full. Free some room there.` */
export function sqliteReason(error: unknown, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return 'it is a folder. Name a file.';
  return REASONS[sqliteCode(error)] ?? `${(error as Error).message}.`;
}
