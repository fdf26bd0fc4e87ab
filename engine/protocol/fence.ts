import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';
import type { PageKind } from '../state/keys.ts';
import { setsDropped } from '../state/page-map.ts';
import type { PageSet } from '../state/pages.ts';
import { loadProgress, type Progress, progressWrite } from '../state/progress.ts';
import { FencedError } from './errors.ts';

export interface Claim {
  readonly view: FencedView;
  readonly bucket: number;
  readonly state: StateStore;
  /** The progress that was read. */
  readonly seen: Progress;
  /** How far it means to go. */
  readonly closeUpToMs: number;
  readonly handedFrom: Progress['handedFrom'];
  readonly writes: readonly ItemWrite[];
  /** What is still to be waited for of the commit before, by whoever makes no use of it; in place of what the writes are. */
  readonly manifest?: Progress['manifest'];
}

type FencedView = Pick<ViewPlan, 'key' | 'name'>;

export interface DroppedPages {
  readonly kind: (typeof PAGE_KINDS)[number];
  readonly set: PageSet;
}

/**
 * One finalizer's claim on a (view, bucket). Every commit is conditional on the version of the one before, so of two
 * finalizers the later one goes on, and the other gets a `FencedError`.
 */
export class Fence {
  readonly #view: FencedView;
  readonly #bucket: number;
  readonly #state: StateStore;
  #progress: Progress;
  readonly #dropped: DroppedPages[] = [];

  private constructor(view: FencedView, bucket: number, state: StateStore, progress: Progress) {
    this.#view = view;
    this.#bucket = bucket;
    this.#state = state;
    this.#progress = progress;
  }

  /** Makes this the one finalizer whose rows count, on the progress that was read. */
  static async claim({ view, bucket, state, seen, closeUpToMs, handedFrom, writes, manifest }: Claim): Promise<Fence> {
    const fence = new Fence(view, bucket, state, seen);
    const died = seen.held;
    await fence.commit(
      {
        held: true,
        claimedToMs: Math.max(closeUpToMs, seen.closedUpToMs),
        unfinishedEpoch: died ? seen.version : seen.unfinishedEpoch,
        unfinishedToMs: died ? Math.max(seen.unfinishedToMs, seen.claimedToMs) : seen.unfinishedToMs,
        handedFrom,
        ...(manifest !== undefined && { manifest }),
        // What a finalizer that died may have written is looked for from the cutoff on.
        ...(died && { head: null }),
      },
      writes,
    );
    return fence;
  }

  /** Pages that progress has named since the claim, or when it was claimed, and does not name any more. */
  get dropped(): readonly DroppedPages[] {
    return this.#dropped;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The version that the next commit will write. */
  get nextVersion(): number {
    return this.#progress.version + 1;
  }

  /**
   * Makes sure that nobody has claimed since, after reads that take the place of what a successor deletes:
   *
   *   F6: reads what is carried | frozen ................ | reads the panes: some are gone
   *   F9:                        folds panes, deletes them
   *
   * @throws FencedError
   */
  async verify(): Promise<void> {
    const { version } = await loadProgress(this.#state, this.#view.key, this.#bucket);
    if (version !== this.#progress.version) throw this.#fenced();
  }

  /** Changes progress, and what goes with it, in one transaction. */
  async commit(change: Partial<Omit<Progress, 'version'>>, writes: readonly ItemWrite[] = []): Promise<void> {
    const previous = this.#progress;
    // Of its own items only what another view reads: segments and markers of rows that it was given.
    const manifest = writes.flatMap((write) =>
      write.kind === 'put' ? [{ key: write.key, version: write.version }] : [],
    );
    const next = { ...previous, manifest, ...change, version: this.nextVersion };
    const write = progressWrite(this.#view.key, this.#bucket, previous, next);
    const outcome = await this.#state.transact([write, ...writes]);
    if (outcome.kind === 'conditionFailed') throw this.#fenced();
    append(this.#dropped, droppedPages(previous, next));
    this.#progress = next;
  }

  #fenced(): FencedError {
    return new FencedError(
      `View '${this.#view.name}', bucket ${this.#bucket}: another finalizer went on from version ${this.#progress.version}.`,
    );
  }
}

/** Kinds of pages whose sets progress names one by one. What is carried lies in page maps. */
export const PAGE_KINDS = ['ledger', 'patch', 'outbox'] as const satisfies readonly PageKind[];

/** The pages of one kind that progress names. */
export function pageSets(progress: Progress, kind: (typeof PAGE_KINDS)[number]): readonly PageSet[] {
  switch (kind) {
    case 'ledger':
      return progress.ledger;
    case 'patch':
      return [progress.patch];
    case 'outbox':
      return (progress.alerts?.outbox.sets ?? []).map(({ set }) => set);
  }
}

function droppedPages(previous: Progress, next: Progress): DroppedPages[] {
  return PAGE_KINDS.flatMap((kind) =>
    setsDropped(pageSets(previous, kind), pageSets(next, kind)).map((set) => ({ kind, set })),
  );
}
