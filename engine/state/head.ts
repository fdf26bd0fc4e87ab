import { Type } from '../ir/type.ts';
import { PAGE_MAP, type PageMap } from './page-map.ts';

/**
 * States of row operators at an instant after the state cutoff, kept so that not every pass goes through all rows from the
 * cutoff again. A pass goes on from here, and takes from the cutoff those groups alone that its late events came into:
 *
 *   |===========|---------- windows that can still change ----------|--------------|
 *   cutoff      late event of group g                               head           close up to
 *               g: from the cutoff ────────────────────────────────→ ─────────────→
 *                                                        all others: ─────────────→
 *
 * It is used only where it is known of every marker before it, visible or listed, which groups its late events came into;
 * and never after a finalizer that died, whose rows are looked at from the cutoff on.
 */
export interface Head {
  /** The states are those after all windows that start before this. */
  readonly atMs: number;
  /** As it was: a view that came back since forgets rows before another instant. */
  readonly completeFromMs: number;
  readonly map: PageMap;
}

export const HEAD = Type.Object({ atMs: Type.Number(), completeFromMs: Type.Number(), map: PAGE_MAP });
