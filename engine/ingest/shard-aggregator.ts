import type { BatchItem } from '../decode/line-block.ts';
import { type IdPanes, rememberedFrom } from '../dedupe/id-panes.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type {
  Clock,
  DeadLetterSink,
  FinalizeQueue,
  LookQueue,
  Pause,
  ShardTopology,
  StateStore,
} from '../ports/index.ts';
import { Again, CommitTooLargeError, StoreError, withRetries } from '../ports/index.ts';
import { formatPosition } from '../ports/position.ts';
import { registerShards } from '../protocol/register-shards.ts';
import { awaitManifest } from '../protocol/visibility.ts';
import { wakesOf } from '../protocol/wakes.ts';
import { type Checkpoint, type Counters, listCheckpoints, loadCheckpoint } from '../state/checkpoint.ts';
import { globalWatermark } from '../state/watermark.ts';
import { BatchProgress, MAX_ATTEMPTS } from './batch-progress.ts';
import { buildCommit, buildMarkingCommit, type Commit, type CommitContext, type ShardState } from './commit.ts';
import { buildChunk, type CommitChunk } from './commit-chunk.ts';
import { CommitFailedError, OlderGenerationError, UnlistedShardError } from './errors.ts';
import { type ForeseenChunk, foreseenOn } from './foreseen-chunk.ts';
import { loadIds } from './load-ids.ts';
import { LookStarter } from './look-starter.ts';
import { Rewriting } from './rewriting.ts';

export interface AggregatePorts {
  readonly state: StateStore;
  readonly deadLetters: DeadLetterSink;
  readonly queue: FinalizeQueue;
  /** Where it is missing, nobody looks at open windows for early alerts. */
  readonly looks?: LookQueue | null;
  readonly topology: ShardTopology;
  readonly clock: Clock;
  readonly pause: Pause;
}

export type AggregateSettings = CommitContext;

/** What a batch came to. */
export interface BatchResult {
  /** Events that this call committed. A redelivered batch has none. */
  readonly committed: Counters;
  readonly commits: number;
  /** Time that its transactions took, by the port's clock. */
  readonly commitMs: number;
  readonly watermarkMs: number;
}

/**
 * The first stage, for one shard: takes batches in, adds deltas, never looks back. An instance is what a warm container
 * knows of its shard. It can lose all of that at any time, because the checkpoint is the truth.
 *
 * Give the same batch again after any error: it skips events at or before the checkpoint.
 *
 * @example
 * const aggregator = new ShardAggregator(plan, shardId, ports, { generation: 1 });
 * await aggregator.process(records);
 */
export class ShardAggregator {
  readonly #stream: StreamPlan;
  readonly #shard: string;
  readonly #ports: AggregatePorts;
  readonly #settings: AggregateSettings;
  readonly #lookStarter: LookStarter;
  #warm: ShardState | null = null;

  constructor(stream: StreamPlan, shard: string, ports: AggregatePorts, settings: AggregateSettings) {
    this.#stream = stream;
    this.#shard = shard;
    this.#ports = ports;
    this.#settings = settings;
    this.#lookStarter = new LookStarter(stream.views, ports);
  }

  /** Ids of events that it holds in memory, to find duplicates. */
  get rememberedIds(): number {
    return this.#warm?.ids?.size ?? 0;
  }

  /**
   * Commits every event of a batch that is not yet committed, in as many commits as its size needs. `foreseen`: what somebody
   * has made of the batch already.
   */
  async process(records: readonly BatchItem[], foreseen: ForeseenChunk | null = null): Promise<BatchResult> {
    const progress = new BatchProgress();
    const fromMs = this.#ports.clock.nowMs();
    let made = foreseen;
    for (;;) {
      const warm = await this.#load();
      progress.startMs ??= warm.checkpoint.watermarkMs;
      const ready = made === null ? null : foreseenOn(this.#stream, warm.checkpoint, made);
      made = null;
      const chunk = ready ?? buildChunk(this.#stream, warm, records, progress);
      if (chunk.end === null) break;
      const done = await this.#commitChunk(warm, chunk, progress);
      if (done && chunk.complete) break;
    }
    const { checkpoint } = await this.#load();
    await this.#wakeFinalizers(progress.startMs ?? checkpoint.watermarkMs, checkpoint);
    await this.#lookStarter.eventsCame(fromMs);
    const { committed, commits, commitMs } = progress;
    return { committed, commits, commitMs, watermarkMs: checkpoint.watermarkMs };
  }

  /** True if the chunk is committed; false if the batch must be looked at again, from the stored checkpoint. */
  async #commitChunk(warm: ShardState, chunk: CommitChunk, progress: BatchProgress): Promise<boolean> {
    const commit = buildCommit(this.#stream, warm, chunk, this.#settings);
    try {
      // Before the commit that counts them: after a crash in between, the retry writes them under the same keys.
      await this.#ports.deadLetters.put(chunk.sideOutputs);
      return await this.#write(warm, commit, chunk, progress);
    } catch (error) {
      if (error instanceof CommitTooLargeError) {
        progress.cut(chunk, error);
        return false;
      }
      // Whatever happened, the store knows better than this container: a stale tail must not be written again.
      this.#warm = null;
      if (!(error instanceof StoreError) || error.code === 'throttled') throw error;
      await this.#ports.pause(progress.countAttempt(this.#describe(warm.checkpoint), error));
      return false;
    }
  }

  async #write(warm: ShardState, commit: Commit, chunk: CommitChunk, progress: BatchProgress): Promise<boolean> {
    const startMs = this.#ports.clock.nowMs();
    const outcome = await this.#ports.state.transact(commit.writes);
    progress.commitMs += this.#ports.clock.nowMs() - startMs;
    if (outcome.kind === 'conditionFailed') {
      // Another poller on this shard, or an earlier attempt of our own whose reply was lost: the checkpoint tells.
      this.#warm = null;
      await this.#ports.pause(progress.countAttempt(this.#describe(commit.next), null));
      return false;
    }
    if (chunk.ids !== null) warm.ids?.merge(chunk.ids);
    this.#warm = { checkpoint: commit.next, tails: commit.tails, ids: warm.ids, rewriting: warm.rewriting };
    this.#forgetIds(this.#warm);
    progress.count(chunk);
    return true;
  }

  async #load(): Promise<ShardState> {
    this.#warm ??= await withRetries(MAX_ATTEMPTS, this.#ports.pause, () => this.#begin());
    return this.#warm;
  }

  /** Begins at the stored checkpoint; again where another writer changed it meanwhile. */
  async #begin(): Promise<ShardState | Again> {
    const checkpoint = await this.#loadCheckpoint();
    const { generation } = this.#settings;
    if (checkpoint.generation > generation) {
      throw new OlderGenerationError(this.#stream.name, this.#shard, generation, checkpoint.generation);
    }
    const unmarked = await awaitManifest(this.#ports, checkpoint, this.#stream.views);
    const ids = await this.#loadIds(checkpoint);
    if (ids === 'overtaken') return this.#overtaken();
    const { rewriteFactor, largestRewriteBytes } = this.#settings;
    const fresh = { tails: new Map(), ids, rewriting: new Rewriting(rewriteFactor, largestRewriteBytes) };
    if (unmarked.length === 0) return { checkpoint, ...fresh };
    const { next, writes } = buildMarkingCommit(this.#stream, checkpoint, unmarked, this.#settings);
    const outcome = await this.#ports.state.transact(writes);
    return outcome.kind === 'committed' ? { checkpoint: next, ...fresh } : this.#overtaken();
  }

  #overtaken(): Again {
    return new Again(
      () =>
        new CommitFailedError(
          `Stream '${this.#stream.name}', shard ${this.#shard}: in ${MAX_ATTEMPTS} attempts the checkpoint was changed by other writers each time. The batch will come again.`,
        ),
    );
  }

  /** A container that begins at a checkpoint reads the ids that the shard remembers, and nothing else. */
  async #loadIds(checkpoint: Checkpoint): Promise<IdPanes | 'overtaken' | null> {
    const { name, dedupe } = this.#stream;
    return dedupe === null ? null : loadIds(this.#ports, name, dedupe, checkpoint);
  }

  #forgetIds({ checkpoint, ids }: ShardState): void {
    const { dedupe } = this.#stream;
    if (dedupe !== null) ids?.forget(rememberedFrom(dedupe, checkpoint.watermarkMs));
  }

  async #loadCheckpoint(): Promise<Checkpoint> {
    const { state } = this.#ports;
    const { name } = this.#stream;
    const stored = await loadCheckpoint(state, name, this.#shard);
    // The global watermark is a minimum over checkpoints: before the first commit of any shard, all shards must have
    // one. That this one has its own says little: whoever registered it may have died before the next.
    if (stored !== null && stored.position !== null) return stored;
    await registerShards(this.#ports, name);
    const registered = await loadCheckpoint(state, name, this.#shard);
    if (registered === null) throw new UnlistedShardError(name, this.#shard);
    return registered;
  }

  /**
   * Wakes the finalizers of views whose windows this batch has closed. The global watermark can cross a boundary only
   * by a commit whose own shard crosses it, so in most batches nothing is even read.
   */
  async #wakeFinalizers(startMs: number, checkpoint: Checkpoint): Promise<void> {
    const crossed = this.#stream.views.filter((view) => crosses(view, startMs, checkpoint.watermarkMs));
    if (crossed.length === 0) return;
    const { state, queue } = this.#ports;
    const watermarkMs = globalWatermark(await listCheckpoints(state, this.#stream.name));
    const position = checkpoint.position === null ? 'start' : formatPosition(checkpoint.position);
    const wakes = crossed
      .filter((view) => crosses(view, startMs, watermarkMs))
      .flatMap((view) => wakesOf(view, `${this.#shard}#${position}`));
    await queue.send(wakes);
  }

  #describe(checkpoint: Checkpoint): string {
    return `Stream '${this.#stream.name}', shard ${this.#shard}, after checkpoint version ${checkpoint.version}`;
  }
}

/** Whether a watermark that goes from one instant to another makes anything final. */
function crosses({ window }: ViewPlan, fromMs: number, toMs: number): boolean {
  return window.closedUpTo(toMs) > window.closedUpTo(fromMs);
}
