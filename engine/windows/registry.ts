import type { WindowDefinition, WindowKindName } from '../ir/window.ts';
import { CalendarKind } from './calendar.ts';
import { GlobalKind } from './global.ts';
import { LogKind } from './log.ts';
import { RowsKind } from './rows.ts';
import { SessionKind } from './session.ts';
import { SlidingKind } from './sliding.ts';
import { TumblingKind } from './tumbling.ts';
import type { WindowKind, WindowKindOf } from './window-kind.ts';

type DefinitionOf<K extends WindowKindName> = Extract<WindowDefinition, { readonly kind: K }>;

/** The compiler asks for each kind of `WindowDefinition`, and each kind's file for each member of `WindowKind`. */
const KINDS: { readonly [K in WindowKindName]: new (window: DefinitionOf<K>) => WindowKindOf<K> } = {
  tumbling: TumblingKind,
  sliding: SlidingKind,
  calendar: CalendarKind,
  session: SessionKind,
  global: GlobalKind,
  log: LogKind,
  rows: RowsKind,
};

/** What a view's window means to the rest of the engine. */
export function windowOf(window: WindowDefinition): WindowKind {
  const Kind = KINDS[window.kind] as new (window: WindowDefinition) => WindowKind;
  return new Kind(window);
}
