import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a module that is loaded again has behind its URL, so that Node takes it for another one. */
const RELOAD_TAG = /\?reload=\d+/g;
/** Where a syntax error is, on the first line of its stack: `/a/b.ts:3` or `file:///a/b.ts:3`. */
const HEAD = /^(?:file:\/\/)?(\/[^\n]*|[A-Za-z]:[^\n]*):(\d+)$/;
const FRAME = /\((file:\/\/[^)]+):(\d+):\d+\)$|at (file:\/\/\S+):(\d+):\d+$/;
const OWN = ['../engine/', './', '../adapters/', '../bin/'].map((folder) => new URL(folder, import.meta.url).href);

/**
 * Where in somebody's own files an error came from, such as `pipelines/weblog.ts:12`; null where nothing tells. Node notes
 * the place of a syntax error before the message, and that of any other in the frames of the stack.
 */
export function placeOf({ stack = '' }: Error): string | null {
  const lines = stack.replaceAll(RELOAD_TAG, '').split('\n');
  const head = HEAD.exec(lines[0] ?? '');
  if (head !== null) return place(head[1] as string, head[2] as string);
  for (const line of lines) {
    const frame = FRAME.exec(line.trim());
    if (frame === null) continue;
    const [url, at] = [frame[1] ?? frame[3], frame[2] ?? frame[4]] as [string, string];
    if (url.includes('/node_modules/') || OWN.some((folder) => url.startsWith(folder))) continue;
    return place(fileURLToPath(url), at);
  }
  return null;
}

/** A message without the marks of reloading. */
export function plainMessage({ message }: Error): string {
  return message.replaceAll(RELOAD_TAG, '').replace(/[\s.]+$/, '');
}

function place(path: string, line: string): string {
  return `${relative(process.cwd(), path) || path}:${line}`;
}
