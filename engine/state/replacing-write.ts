import type { ItemKey, ItemWrite } from '../ports/state-store.ts';

/** The write of an item of JSON text in a version, conditional on the version before. */
export function replacingWrite(key: ItemKey, version: number, content: object): ItemWrite {
  return {
    kind: 'put',
    key,
    version,
    data: JSON.stringify(content),
    condition: version === 1 ? { kind: 'absent' } : { kind: 'version', is: version - 1 },
  };
}
