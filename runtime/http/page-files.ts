import { gzipSync } from 'node:zlib';
import { type BuiltFile, type BuiltPage, pagePolicy, readBuiltPage } from '../../contracts/built-page.ts';
import { BUILT_PAGE } from '../../contracts/built-page-folder.ts';
import type { RawReply } from './receiver.ts';

interface PageFile extends BuiltFile {
  readonly gzip: Uint8Array;
}

/** The files of the live page, read once. */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #policy: string;
  /** Changes with the files. */
  readonly build: string;

  private constructor({ files, scripts, build }: BuiltPage) {
    this.#files = new Map(files.map((file) => [`/${file.name}`, { ...file, gzip: gzipSync(file.bytes) }]));
    this.#policy = pagePolicy(scripts);
    this.build = build;
  }

  /** Null where the page was not built. */
  static read(folder = BUILT_PAGE): PageFiles | null {
    const built = readBuiltPage(folder);
    return built === null ? null : new PageFiles(built);
  }

  /** Null where the page has no such file. */
  reply(path: string, acceptsGzip: boolean): RawReply | null {
    const file = this.#files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return null;
    return {
      status: 200,
      headers: {
        'content-type': file.type,
        'cache-control': file.cacheControl,
        'content-security-policy': this.#policy,
        vary: 'accept-encoding',
        ...(acceptsGzip && { 'content-encoding': 'gzip' }),
      },
      body: acceptsGzip ? file.gzip : file.bytes,
    };
  }
}
