import * as WINDOW_KINDS from '#kinds/windows';
import type { WindowDefinition, WindowKindName } from '../ir/window.ts';
import type { WindowKind, WindowKindOf } from './window-kind.ts';

type DefinitionOf<K extends WindowKindName> = Extract<WindowDefinition, { readonly kind: K }>;

/** The compiler asks for each kind of `WindowDefinition`, and each kind's file for each member of `WindowKind`. */
const KINDS: { readonly [K in WindowKindName]: new (window: DefinitionOf<K>) => WindowKindOf<K> } = WINDOW_KINDS;

/** What a view's window means to the rest of the engine. */
export function windowOf(window: WindowDefinition): WindowKind {
  const Kind = KINDS[window.kind] as new (window: WindowDefinition) => WindowKind;
  return new Kind(window);
}
