import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { RESULT_TABLE } from '../../contracts/tables.ts';

/**
 * Conditions of writes. They are all that keeps two writers apart:
 *
 *     A   read v7 ── fold ───────────► put v8 if version = 7   applied
 *     B   read v7 ── fold ── pause ───────────────────────────► put v8 if version = 7   refused: B reads v8 and goes on
 *
 * for an item that neither has seen, the same with "absent" in the place of v7; and for a result row, with the epoch of
 * the finalizer that wrote it in the place of the version.
 */
const ITEM_IS_ABSENT = 'attribute_not_exists(#pk)';
const NUMBER_IS_AS_EXPECTED = '#number = :expected';

export interface WriteCondition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** There is no item with this key. */
export function isAbsent(): WriteCondition {
  return { ConditionExpression: ITEM_IS_ABSENT, ExpressionAttributeNames: { '#pk': 'pk' } };
}

/** The item is there, and has this number in this attribute. */
export function hasNumber(attribute: 'version', expected: number): WriteCondition {
  return {
    ConditionExpression: NUMBER_IS_AS_EXPECTED,
    ExpressionAttributeNames: { '#number': attribute },
    ExpressionAttributeValues: { ':expected': { N: String(expected) } },
  };
}

const ROW_HAS_EXPIRED = '#ttl < :now';
const ROW_STAYS = 'attribute_not_exists(#ttl)';
const OF_THAT_EPOCH = '#epoch = :epoch';

/** There is no result row with this key, or one that has expired and is not removed yet. */
export function isNoRowAt(nowSeconds: number): WriteCondition {
  return {
    ConditionExpression: `${ITEM_IS_ABSENT} OR ${ROW_HAS_EXPIRED}`,
    ExpressionAttributeNames: { '#pk': 'pk', '#ttl': RESULT_TABLE.timeToLive },
    ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
  };
}

/** The result row is there, has not expired, and was written in this epoch. */
export function isRowOfEpoch(epoch: number, nowSeconds: number): WriteCondition {
  return {
    ConditionExpression: `${OF_THAT_EPOCH} AND (${ROW_STAYS} OR NOT ${ROW_HAS_EXPIRED})`,
    ExpressionAttributeNames: { '#epoch': 'epoch', '#ttl': RESULT_TABLE.timeToLive },
    ExpressionAttributeValues: { ':epoch': { N: String(epoch) }, ':now': { N: String(nowSeconds) } },
  };
}

const IN_PARTITION = '#pk = :partition';
const FROM_ON = '#sk >= :first';
const BEFORE_END = '#sk < :end';
const UP_TO_LAST = '#sk <= :last';
/** A key condition may bound the sort key only once, so both ends together can only be given as inclusive ones. */
const FROM_UP_TO_LAST = '#sk BETWEEN :first AND :last';

/** Attributes that the keys of a table, or of an index of it, are in. */
export interface KeyNames {
  readonly partition: string;
  readonly sort: string;
}

export const TABLE_KEYS: KeyNames = { partition: 'pk', sort: 'sk' };

/** Which items of a partition are meant; DynamoDB takes no empty text for a bound. */
export type SortBounds =
  | { readonly kind: 'all' }
  | { readonly kind: 'from'; readonly first: string }
  | { readonly kind: 'before'; readonly end: string }
  | { readonly kind: 'upTo'; readonly last: string }
  | { readonly kind: 'between'; readonly first: string; readonly last: string };

export interface KeyCondition {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
}

/** The items of one partition whose sort keys lie within the bounds. */
export function inPartition(partition: string, bounds: SortBounds, keys: KeyNames = TABLE_KEYS): KeyCondition {
  const { expression, values } = sortCondition(bounds);
  return {
    KeyConditionExpression: expression === null ? IN_PARTITION : `${IN_PARTITION} AND ${expression}`,
    ExpressionAttributeNames: { '#pk': keys.partition, ...(expression === null ? {} : { '#sk': keys.sort }) },
    ExpressionAttributeValues: {
      ':partition': { S: partition },
      ...Object.fromEntries(Object.entries(values).map(([name, text]) => [name, { S: text }])),
    },
  };
}

function sortCondition(bounds: SortBounds): {
  readonly expression: string | null;
  readonly values: Readonly<Record<string, string>>;
} {
  switch (bounds.kind) {
    case 'all':
      return { expression: null, values: {} };
    case 'from':
      return { expression: FROM_ON, values: { ':first': bounds.first } };
    case 'before':
      return { expression: BEFORE_END, values: { ':end': bounds.end } };
    case 'upTo':
      return { expression: UP_TO_LAST, values: { ':last': bounds.last } };
    case 'between':
      return { expression: FROM_UP_TO_LAST, values: { ':first': bounds.first, ':last': bounds.last } };
  }
}
