/** Where state lies: two text keys, no index, and no time to live, for nothing in it ends by the clock. */
export const STATE_TABLE = { partitionKey: 'pk', sortKey: 'sk' } as const;

/**
 * Where result rows lie; `ttl` is on those that are not kept for ever.
 *
 * | keys of        | partition        | sort                   | serves                                     |
 * |----------------|------------------|------------------------|--------------------------------------------|
 * | the table      | `view#group`     | `window start`         | `get`, `put`, `latest`, windows of a group |
 * | index byWindow | `view#slot`      | `window start#group`   | windows of all groups                      |
 *
 * A view's rows are spread over `SLOTS` partitions of the index by a hash of the group. DynamoDB takes about 1,000 write
 * units a second in one partition, a full index partition holds up the writes to the table itself, and all rows of a view
 * that are written at one time are of the same few windows: partitions by day or by window would all be hot in turn. A
 * range is read from all slots side by side and merged, so its cost depends on the rows in it and never on how long it is
 * or how much of it is empty. The number of slots is part of the keys: it can change only together with the rows.
 */
export const RESULT_TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'ttl',
  index: { name: 'byWindow', partitionKey: 'pk2', sortKey: 'sk2', projection: 'ALL' },
} as const;

export const SLOTS = 8;

/** A table can be restored to any second of so many days: DynamoDB's default. */
export const RECOVERY_DAYS = 35;
