import { statSync } from 'node:fs';
import { createRequire, type registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { loadPipeline } from '../load-pipeline.ts';

const TAG = /\?reload=\d+$/;
/** What the running process is made of is never loaded a second time: a pipeline has to be made by just this engine. */
const OWN = new URL('../../engine/', import.meta.url).href;
const moduleCache: NodeJS.Dict<unknown> = createRequire(import.meta.url).cache;

/**
 * A pipeline file and the files that it imports by their paths, which can be loaded again once they were saved. Packages are
 * not looked at.
 *
 * Node keeps a module for ever under its URL. So each load but the first puts a number behind the file's URL, and behind
 * those of the files that it imports, and theirs: all of them are other modules, and are read again. The earlier ones stay
 * in memory, some kilobytes for each save.
 */
export class PipelineFile {
  readonly #path: string;
  readonly #file: string;
  readonly #hooks: ReturnType<typeof registerHooks> | undefined;
  #loads = 0;
  /** By path: how each file looked when it was loaded. */
  #loaded = new Map<string, string>();
  /** What the last look found, where that was something else. */
  #seen: string | null = null;

  /** Without `register`, which is Node's `registerHooks`, only the file itself is looked at: not what it imports. */
  constructor(file: string, register: typeof registerHooks | undefined) {
    this.#file = file;
    this.#path = resolve(file);
    this.#hooks = register?.({
      resolve: (specifier, context, next) => {
        if (!this.#isImport(specifier, context.parentURL)) return next(specifier, context);
        // Where a file is not there, the place is looked at in which it would be.
        if (/^\.{0,2}\//.test(specifier)) this.#note(new URL(specifier, context.parentURL).href);
        const found = next(specifier, context);
        if (!found.url.startsWith('file:') || found.url.startsWith(OWN)) return found;
        this.#note(found.url);
        return { ...found, url: found.url.replace(TAG, '') + this.#tag };
      },
    });
  }

  /** The pipeline as its files are now. Throws as `loadPipeline` does. */
  async load(): Promise<PipelineDefinition> {
    this.#loads++;
    this.#seen = null;
    // Files of a load that failed are looked at as well: one of them may be the one that is mended.
    const before = [...this.#loaded.keys()];
    this.#loaded = new Map();
    for (const path of [this.#path, ...before]) this.#note(pathToFileURL(path).href);
    for (const path of before) delete moduleCache[path];
    return loadPipeline(this.#file, this.#tag);
  }

  /**
   * Whether a file was saved since the last load. Editors write in several steps, so a file counts once it looks the same twice
   * in a row.
   */
  hasChanged(): boolean {
    const now = signatures(this.#loaded.keys());
    if (now === [...this.#loaded.values()].join()) {
      this.#seen = null;
      return false;
    }
    const isStill = this.#seen === now;
    this.#seen = now;
    return isStill;
  }

  close(): void {
    this.#hooks?.deregister();
  }

  get #tag(): string {
    return this.#loads <= 1 ? '' : `?reload=${this.#loads}`;
  }

  /** By its path, and from a file of this load. */
  #isImport(specifier: string, parentUrl: string | undefined): boolean {
    if (parentUrl === undefined || !/^(\.{0,2}\/|#|file:)/.test(specifier)) return false;
    if ((TAG.exec(parentUrl)?.[0] ?? '') !== this.#tag) return false;
    return parentUrl.startsWith('file:') && this.#loaded.has(fileURLToPath(parentUrl.replace(TAG, '')));
  }

  #note(url: string): void {
    const path = fileURLToPath(url.replace(TAG, ''));
    if (!this.#loaded.has(path)) this.#loaded.set(path, signature(path));
  }
}

function signatures(paths: Iterable<string>): string {
  return [...paths].map(signature).join();
}

/** Changes whenever a file is saved, also under the same size. */
function signature(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.mtimeMs}:${found.size}:${found.ino}`;
}
