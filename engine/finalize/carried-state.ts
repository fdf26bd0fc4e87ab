import type { Groups } from '../codec/group.ts';
import type { SegmentCodec } from '../codec/segment.ts';
import { NO_PAGES, type PageSet, PageStore } from '../state/pages.ts';
import { MAX_UNFOLDED_MS } from '../windows/window-kind.ts';
import { encodeChunks } from './downstream-output.ts';
import type { FinalizeRun } from './run.ts';

/**
 * What the panes before the horizon come to, for those after it: kept as pages of groups, written anew as a whole when the
 * horizon moves on. Final rows depend on it and on the panes after the horizon alone, and panes before it no longer
 * change: so rows are a function of the accepted events, whoever computed what when.
 *
 *   panes:     … | gone, in the pages | [horizon … can still change or is not worth folding … watermark]
 */
export class CarriedState {
  readonly #store: PageStore;
  readonly #run: FinalizeRun;
  readonly #segments: SegmentCodec;

  constructor(run: FinalizeRun, segments: SegmentCodec) {
    this.#run = run;
    this.#segments = segments;
    this.#store = new PageStore(run.ports.state, 'carried', run.view.key, run.bucket);
  }

  load(): Promise<Groups> {
    return loadCarried(this.#store, this.#run.fence.progress.carried, this.#segments);
  }

  /**
   * Whether to move the horizon: writing the pages anew costs what they hold, so that waits until as much has come in.
   * Not for long, though: panes are also read again by every run, and expire.
   */
  isWorthFolding(waitingBytes: number): boolean {
    const { carried, stateCutoffMs } = this.#run.fence.progress;
    if (this.#run.stateCutoffMs <= stateCutoffMs || waitingBytes + carried.bytes === 0) return false;
    return waitingBytes >= carried.bytes || this.#run.stateCutoffMs - stateCutoffMs >= MAX_UNFOLDED_MS;
  }

  /** Writes the pages that the next commit of progress is to name. */
  async save(groups: Groups): Promise<PageSet> {
    return this.savePages(this.encode(groups));
  }

  encode(groups: Groups): Uint8Array[] {
    return encodeChunks({ segments: this.#segments }, groups);
  }

  async savePages(pages: readonly Uint8Array[]): Promise<PageSet> {
    if (pages.length === 0) return NO_PAGES;
    return this.#store.save(this.#run.fence.nextVersion, pages);
  }
}

export async function loadCarried(store: PageStore, carried: PageSet, segments: SegmentCodec): Promise<Groups> {
  const groups: Groups = new Map();
  for (const page of await store.load(carried)) segments.mergeInto(groups, page);
  return groups;
}
