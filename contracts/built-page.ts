import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface BuiltFile {
  /** From the page's root, with `/`: `assets/index-D7r97roa.js`. */
  readonly name: string;
  readonly type: string;
  /** Names of assets hold a hash of what is in them, so one never changes. */
  readonly cacheControl: 'public, max-age=31536000, immutable' | 'no-cache';
  readonly bytes: Uint8Array;
}

/** The live page as it was built. */
export interface BuiltPage {
  readonly files: readonly BuiltFile[];
  /** Hashes of its inline scripts, as its policy names them. */
  readonly scripts: readonly string[];
  /** Changes with the files. */
  readonly build: string;
}

/** Null where the page was not built. */
export function readBuiltPage(folder: string): BuiltPage | null {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch {
    return null;
  }
  const hash = createHash('sha256');
  const files = names.flatMap((path): BuiltFile[] => {
    const type = TYPES[extname(path)];
    if (type === undefined) return [];
    const name = path.split(sep).join('/');
    const bytes = readFileSync(join(folder, path));
    hash.update(`/${name}`).update(bytes);
    const isAsset = name.startsWith('assets/');
    return [{ name, type, cacheControl: isAsset ? 'public, max-age=31536000, immutable' : 'no-cache', bytes }];
  });
  if (!files.some(({ name }) => name === 'index.html')) return null;
  const { scripts } = JSON.parse(readFileSync(join(folder, 'csp.json'), 'utf8')) as { scripts: readonly string[] };
  return { files, scripts, build: hash.digest('base64url').slice(0, 12) };
}

/**
 * The page's Content-Security-Policy: nothing from elsewhere, and no script but its own files and the one that sets the
 * theme, by its hash.
 *
 * @param connects origins that it may ask beside its own: where it signs people in.
 */
export function pagePolicy(scripts: readonly string[], connects: readonly string[] = []): string {
  const hashes = scripts.map((hash) => `'${hash}'`);
  return [
    "default-src 'none'",
    ["script-src 'self'", ...hashes].join(' '),
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...connects].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
