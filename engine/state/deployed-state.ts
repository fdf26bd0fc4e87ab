import { Type } from '../ir/type.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';
import { deployedStateKey } from './keys.ts';
import { storedJson } from './stored-json.ts';

/** Whose state there is in a stream: views, and ids of events. It tells the sweep what a later deployment leaves behind. */
export interface DeployedState {
  readonly version: number;
  /** By view key; ids of events under `IDS`. */
  readonly owners: Readonly<Record<string, StateOwner>>;
}

export interface StateOwner {
  readonly buckets: number;
  /** Buckets of upstream views that it has segments of, and once it is gone the shards that there were. */
  readonly origins: readonly string[];
  /** When a sweep first saw that it is not deployed any more; null while it is. */
  readonly goneAtMs: number | null;
}

/** The owner of the ids of a stream that drops duplicates. No view has such a key. */
export const IDS = 'ids';

export async function loadDeployedState(state: StateStore, stream: string): Promise<DeployedState> {
  const item = await state.get(deployedStateKey(stream));
  return item === null ? { version: 0, owners: {} } : { owners: readContent(item), version: item.version };
}

/** The write that replaces what was read, and that it is conditional on. */
export function deployedStateWrite(stream: string, { version, owners }: DeployedState): ItemWrite {
  return {
    kind: 'put',
    key: deployedStateKey(stream),
    version,
    data: JSON.stringify(owners),
    condition: version === 1 ? { kind: 'absent' } : { kind: 'version', is: version - 1 },
  };
}

const readContent = storedJson(
  'the list of views that have state',
  Type.Record(
    Type.String(),
    Type.Object({
      buckets: Type.Integer({ minimum: 0 }),
      origins: Type.Array(Type.String()),
      goneAtMs: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
);
