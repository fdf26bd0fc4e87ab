import { randomHashKey } from '../../adapters/hash-key.ts';
import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import type { PipelineFile } from './pipeline-file.ts';

/** What a saved pipeline file came to. */
export type Reloaded =
  | { readonly kind: 'plan'; readonly plan: PipelinePlan }
  | { readonly kind: 'error'; readonly error: unknown };

/**
 * Loads a pipeline file again whenever it was saved, while whatever runs goes on. A load that has not ended when the file is saved
 * once more counts no longer, or a file that waits for ever would be the last that is loaded.
 */
export class Reloader {
  readonly #file: PipelineFile;
  /** Of the load that counts. */
  #load = 0;
  #result: Reloaded | null = null;

  constructor(file: PipelineFile) {
    this.#file = file;
  }

  /** Begins to load where a file was saved; gives what a load came to, once. Call it some times a second. */
  poll(): Reloaded | null {
    const result = this.#result;
    this.#result = null;
    if (result === null && this.#file.hasChanged()) void this.#begin(++this.#load);
    return result;
  }

  async #begin(load: number): Promise<void> {
    const result = await this.#loaded();
    if (load === this.#load) this.#result = result;
  }

  async #loaded(): Promise<Reloaded> {
    try {
      return { kind: 'plan', plan: compilePipeline(await this.#file.load(), { hashKey: randomHashKey() }) };
    } catch (error) {
      return { kind: 'error', error };
    }
  }
}
