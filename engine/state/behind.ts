import { Type } from '../ir/type.ts';
import type { StateStore } from '../ports/state-store.ts';
import { behindKey } from './keys.ts';
import { replacingWrite } from './replacing-write.ts';
import { storedJson } from './stored-json.ts';

/** The buckets of views that a sweep of a stream found behind, the last one that found any. */
export interface Behind {
  readonly version: number;
  readonly atMs: number;
  /** By `bucketName`. */
  readonly buckets: Readonly<Record<string, BehindSince>>;
}

export interface BehindSince {
  /** Since which sweep it stands where it stands. */
  readonly sinceMs: number;
  /** Event time that it could make final, when the last sweep looked. */
  readonly lagMs: number;
  /** As `standingOf` writes progress. */
  readonly standing: string;
}

const NOTHING_BEHIND: Behind = { version: 0, atMs: 0, buckets: {} };

export function bucketName(viewKey: string, bucket: number): string {
  return `${viewKey}#${bucket}`;
}

export async function loadBehind(state: StateStore, stream: string): Promise<Behind> {
  const item = await state.get(behindKey(stream));
  return item === null ? NOTHING_BEHIND : { ...readContent(item), version: item.version };
}

/** The write that replaces what was found by what is found now, which it is conditional on. */
export function behindWrite(stream: string, { version, ...content }: Behind) {
  return replacingWrite(behindKey(stream), version, content);
}

const readContent = storedJson(
  'what views are behind',
  Type.Object({
    atMs: Type.Number(),
    buckets: Type.Record(
      Type.String(),
      Type.Object({ sinceMs: Type.Number(), lagMs: Type.Number(), standing: Type.String() }),
    ),
  }),
);
