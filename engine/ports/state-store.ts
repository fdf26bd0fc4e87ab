/**
 * The state of a pipeline: small items under (partition, sort) keys, each with a version, written in atomic groups.
 *
 * The engine owns what the items mean and how their keys are built (`engine/state/`); an adapter only keeps them.
 * On DynamoDB a group is one `TransactWriteItems`.
 *
 * @example
 * const outcome = await store.transact([
 *   { kind: 'put', key, version: 8, data, condition: { kind: 'version', is: 7 } },
 *   { kind: 'put', key: segmentKey, version: 1, data: segment, condition: { kind: 'absent' } },
 * ]);
 * if (outcome.kind === 'conditionFailed') reload();
 */
export interface StateStore {
  /** The newest committed item, or null. */
  get(key: ItemKey): Promise<Item | null>;

  /**
   * Items of one partition with `from` ≤ sort < `to`, in the order of their sort keys; at most `limit` of them.
   * Against a transaction this is read-committed only: a caller may see one of its items new and another old.
   */
  query(range: ItemRange): Promise<readonly Item[]>;

  /**
   * Writes all or nothing. Throws a `StoreError` if the outcome is unknown (`unknownOutcome`), or if it wrote nothing
   * and a retry may succeed (`throttled`); throws a `CommitTooLargeError` beyond `COMMIT_LIMITS`.
   */
  transact(writes: readonly ItemWrite[]): Promise<TransactOutcome>;

  /** Removes items, without conditions and not atomically: only garbage, which a commit has given up already. */
  delete(keys: readonly ItemKey[]): Promise<void>;
}

export interface ItemKey {
  readonly partition: string;
  readonly sort: string;
}

export interface ItemRange {
  readonly partition: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  /** Items as they lie: where bytes are an object, its reference is enough. For who looks at keys, versions and sizes. */
  readonly asStored?: boolean;
}

export interface Item {
  readonly key: ItemKey;
  /** Rises by one with every write of the item. */
  readonly version: number;
  /** Text if a person may want to read it in a console, bytes for packed state. */
  readonly data: string | Uint8Array;
}

export type Condition =
  | { readonly kind: 'absent' }
  /** The stored item has exactly this version. */
  | { readonly kind: 'version'; readonly is: number };

export type ItemWrite =
  | (Item & { readonly kind: 'put'; readonly condition: Condition })
  | { readonly kind: 'delete'; readonly key: ItemKey; readonly condition: Condition };

export type TransactOutcome =
  | { readonly kind: 'committed' }
  /** Nothing was written: the items at these keys are not as the conditions say. */
  | { readonly kind: 'conditionFailed'; readonly keys: readonly ItemKey[] };

/** What one transaction may hold. DynamoDB's limits, with room for keys and attribute names. */
export const COMMIT_LIMITS = {
  items: 100,
  bytes: 4_000_000,
  itemBytes: 390_000,
} as const;
