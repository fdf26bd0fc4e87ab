const NAME_ANOTHER = 'Name another place.';
const RIGHTS = 'Change its rights, or name another place.';

/** What the system's codes mean for whoever typed the command: what was found, and what to do. */
const REASONS: Readonly<Record<string, readonly [found: string, toDo: string]>> = {
  ENOSPC: ['the disk that holds it is full', 'Free some room there, or name another place.'],
  EDQUOT: ["this user's share of the disk is used up", 'Free some room there, or name another place.'],
  EFBIG: ['it would be larger than this user or the file system may make a file', NAME_ANOTHER],
  EACCES: ['this user has no right to do so', RIGHTS],
  EPERM: ['this user has no right to do so', RIGHTS],
  EROFS: ['its file system is read-only', NAME_ANOTHER],
  ENOENT: ['there is no such file or folder', 'Look at the name.'],
  ENOTDIR: ['a part of its path is a file and no folder', NAME_ANOTHER],
  EEXIST: ['there is a file of that name', NAME_ANOTHER],
  EISDIR: ['it is a folder', 'Name a file.'],
  ENAMETOOLONG: ['its name is too long', 'Give it a shorter one.'],
  ELOOP: ['its symbolic links go round in a circle', NAME_ANOTHER],
  EMFILE: ['this process has too many files open', 'Raise the limit (ulimit -n).'],
  ENFILE: ['this machine has too many files open', 'Close some programs.'],
  ENXIO: ['nothing can be read or written there', NAME_ANOTHER],
  EPIPE: ['its reader has gone away', 'Run both again.'],
  EIO: ['the disk reported a fault', 'Look at the disk and at the log of the system.'],
};

/** The end of a sentence and what to do: `the disk that holds it is full. Free some room there.` */
export function reasonOf(error: NodeJS.ErrnoException): string {
  const [found, toDo] = REASONS[error.code ?? ''] ?? [error.message.replace(/\.$/, ''), null];
  return toDo === null ? `${found}.` : `${found}. ${toDo}`;
}

/** An error of a call to the system, which Node raises with the call's name. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly syscall: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
