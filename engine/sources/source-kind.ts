import type { JoinSource } from '../ir/join-definition.ts';
import type { PatternSource } from '../ir/pattern-definition.ts';
import type { SourceKindName, SourceOfKind } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { UnionSource } from '../ir/union-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { ManifestEntry } from '../state/checkpoint.ts';

/**
 * What the stages, the SQL compiler and `describe` need to know of a kind of source. One file a kind, named in
 * `registry.ts`; what definitions and plans ask is in `engine/ir/source-definition.ts`.
 */
export interface SourceKind<K extends SourceKindName> {
  /** Reads where it stands, before anything that its watermark promises is read. */
  load(source: SourceOfKind<K, ViewPlan>, reading: SourceReading): Promise<SourceSnapshot>;
  /**
   * Where it stands, for somebody who knows the watermark of the streams below it and wants to know whether there is
   * anything to do: read from as little of the state as that takes.
   */
  standing(source: SourceOfKind<K, ViewPlan>, reading: SourceReading, watermarkMs: number): Promise<Standing>;
  /**
   * Of several inputs: how far those have come that are not of a stream, for idle shards of that count as far here. Null where
   * there is no other input.
   */
  othersMs(source: SourceOfKind<K, ViewPlan>, stream: string, reading: SourceReading): Promise<number | null>;
  /** What it gives: “View pages of …”. */
  words(source: SourceOfKind<K, ViewDefinition>): string;
  /** What a statement selects from. */
  sql<T>(source: SourceOfKind<K, ViewDefinition>, inputs: SqlInputs<T>): T;
}

/** For which view and bucket a source is read. */
export interface SourceReading {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly state: StateStore;
  /** Reads the source of another view. */
  readonly load: (view: ViewPlan, bucket: number, state: StateStore) => Promise<SourceSnapshot>;
}

/** How far a source has come. */
export interface Standing {
  /** Everything that happened before this has been taken in, but for what is late. */
  readonly watermarkMs: number;
  /** Nothing that happened before this will be taken in any more. */
  readonly settledMs: number;
}

/** Where a view's source stands at one moment, and what its segments come from. */
export interface SourceSnapshot extends Standing {
  readonly origins: readonly Origin[];
  /** Windows that begin before this may lack events: the view did not see all from their beginning. */
  readonly completeFromMs: number;
}

/** One shard or bucket that a view has segments of. */
export interface Origin {
  /** Stands in the keys of its segments and markers. */
  readonly name: string;
  /** Of its last commit. */
  readonly version: number;
  /** How far it has come, as text: other than the version, it stays where a sweep raises a watermark. */
  readonly position: string;
  readonly partition: string;
  /** No segment of its lies in a pane that starts after this. */
  readonly latestMs: number;
  /** The items of its last commit, of all views: read in these versions or newer. */
  readonly manifest: readonly ManifestEntry[];
}

/** What the SQL compiler can select from. */
export interface SqlInputs<T> {
  /** The events of a stream. */
  events(stream: StreamDefinition): T;
  /** The rows of another view, each at an instant: SQL over its columns. */
  rows(view: ViewDefinition, eventTime: string): T;
  /** The totals of another view, in the windows of the view that takes them. */
  totals(view: ViewDefinition): T;
  /** The rows of a join. */
  joined(source: JoinSource<ViewDefinition>): T;
  /** The events of several streams, and the rows of views. */
  united(source: UnionSource<ViewDefinition>): T;
  /** The rows of a pattern. */
  matched(source: PatternSource<ViewDefinition>): T;
}
