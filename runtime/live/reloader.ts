import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import type { PipelineFile } from './pipeline-file.ts';

/** What a saved pipeline file came to. */
export type Reloaded =
  | { readonly kind: 'plan'; readonly plan: PipelinePlan }
  | { readonly kind: 'error'; readonly error: unknown };

/** Loads a pipeline file again whenever it was saved, while whatever runs goes on. */
export class Reloader {
  readonly #file: PipelineFile;
  #isLoading = false;
  #result: Reloaded | null = null;

  constructor(file: PipelineFile) {
    this.#file = file;
  }

  /** Begins to load where a file was saved; gives what a load came to, once. Call it some times a second. */
  poll(): Reloaded | null {
    if (this.#isLoading) return null;
    const result = this.#result;
    this.#result = null;
    if (result === null && this.#file.hasChanged()) {
      this.#isLoading = true;
      void this.#load();
    }
    return result;
  }

  async #load(): Promise<void> {
    try {
      this.#result = { kind: 'plan', plan: compilePipeline(await this.#file.load()) };
    } catch (error) {
      this.#result = { kind: 'error', error };
    }
    this.#isLoading = false;
  }
}
