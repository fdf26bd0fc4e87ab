import type { Group } from '../../codec/group.ts';
import type { Head } from '../../state/head.ts';
import type { PageMap } from '../../state/page-map.ts';
import type { PageSet } from '../../state/pages.ts';
import type { Cursor } from '../../state/pass.ts';

/** Of sessions: the start of a group's session that is open where sessions are settled; null where it has none. */
export type OpenFrom = (values: Group['values']) => number | null;

export const NOTHING_OPEN: OpenFrom = () => null;

/** What a call made of a pass over one kind of window. */
export type KindOutcome =
  | {
      readonly kind: 'done';
      /** Null, or not given, where the next pass goes through all rows from the cutoff. */
      readonly head?: Head | null;
      /** State at the new cutoff; null where the view keeps none, or the cutoff stays where it is. */
      readonly atCutoff: PageMap | null;
      /** The cutoff moves to where panes change no more. */
      readonly movesCutoff: boolean;
      /** Sessions: the ledger without keys that need no watching any more. */
      readonly ledger?: readonly PageSet[];
      /** Null where that is not known, as after a pause. */
      readonly openFrom: OpenFrom | null;
    }
  | {
      readonly kind: 'paused';
      readonly head?: Head | null;
      readonly isUnwritten?: boolean;
      readonly cursor: Cursor;
      /** Windows before this are final. */
      readonly closedUpToMs: number;
      readonly state: PageMap | null;
      readonly atCutoff: PageMap | null;
    };
