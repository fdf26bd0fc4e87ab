import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import type { StateStore } from '../ports/state-store.ts';
import { sizesKey } from './keys.ts';
import { replacingWrite } from './replacing-write.ts';
import { storedJson } from './stored-json.ts';

const CONTENT = Type.Object({
  atMs: Type.Number(),
  /** All of the state was read. Otherwise there is more than the figures say. */
  isWhole: Type.Boolean(),
  /** By name. */
  views: Type.Record(Type.String(), Type.Object({ stateBytes: Type.Number(), openWindows: Type.Number() })),
});

/** How much the views of a stream kept in the state when somebody read all of it last. */
export type ViewSizes = Static<typeof CONTENT> & { readonly version: number };

export async function loadViewSizes(state: StateStore, stream: string): Promise<ViewSizes | null> {
  const item = await state.get(sizesKey(stream));
  return item === null ? null : { ...readContent(item), version: item.version };
}

/** The write that replaces earlier figures, which it is conditional on. */
export function viewSizesWrite(stream: string, { version, ...content }: ViewSizes) {
  return replacingWrite(sizesKey(stream), version, content);
}

const readContent = storedJson('the sizes of views', CONTENT);
