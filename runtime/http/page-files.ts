import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { RawReply } from './receiver.ts';

/** Where Vite puts the page: `npm run build:page`. */
const BUILT = fileURLToPath(new URL('../../dashboard/dist/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Names of assets hold a hash of what is in them, so one never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';

interface PageFile {
  readonly type: string;
  readonly plain: Uint8Array;
  readonly gzip: Uint8Array;
}

/** The files of the live page, read once. */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #policy: string;
  /** Changes with the files. */
  readonly build: string;

  private constructor(files: ReadonlyMap<string, PageFile>, scripts: readonly string[]) {
    this.#files = files;
    this.#policy = policyOf(scripts);
    const hash = createHash('sha256');
    for (const [path, { plain }] of files) hash.update(path).update(plain);
    this.build = hash.digest('base64url').slice(0, 12);
  }

  /** Null where the page was not built. */
  static read(folder = BUILT): PageFiles | null {
    let names: string[];
    try {
      names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    } catch {
      return null;
    }
    const files = new Map<string, PageFile>();
    for (const name of names.sort()) {
      const type = TYPES[extname(name)];
      if (type === undefined) continue;
      const plain = readFileSync(join(folder, name));
      files.set(`/${relative('.', name)}`, { type, plain, gzip: gzipSync(plain) });
    }
    if (!files.has('/index.html')) return null;
    const { scripts } = JSON.parse(readFileSync(join(folder, 'csp.json'), 'utf8')) as { scripts: readonly string[] };
    return new PageFiles(files, scripts);
  }

  /** Null where the page has no such file. */
  reply(path: string, acceptsGzip: boolean): RawReply | null {
    const file = this.#files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return null;
    return {
      status: 200,
      headers: {
        'content-type': file.type,
        'cache-control': path.startsWith('/assets/') ? FOR_EVER : 'no-cache',
        'content-security-policy': this.#policy,
        vary: 'accept-encoding',
        ...(acceptsGzip && { 'content-encoding': 'gzip' }),
      },
      body: acceptsGzip ? file.gzip : file.plain,
    };
  }
}

/** Nothing from elsewhere, and no script but our own files and the one that sets the theme, by its hash. */
function policyOf(scripts: readonly string[]): string {
  const hashes = scripts.map((hash) => `'${hash}'`).join(' ');
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
