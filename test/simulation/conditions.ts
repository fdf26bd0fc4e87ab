import type { RowWrite, StoredRow } from '../../engine/ports/result-store.ts';
import type { Item, ItemWrite } from '../../engine/ports/state-store.ts';

/** Whether the stores may apply a write to what they hold. A file of its own, so that a mutation can loosen a condition. */
export function holds({ condition }: ItemWrite, stored: Item | undefined): boolean {
  return condition.kind === 'absent' ? stored === undefined : stored?.version === condition.is;
}

/** A row replaces only the row that its writer has seen. */
export function replaces({ over }: RowWrite, stored: StoredRow | null): boolean {
  return (stored?.epoch ?? null) === over;
}
