import * as FINALIZE_KINDS from '#kinds/finalize';
import type { WindowKindName } from '../../ir/window.ts';
import type { Row } from '../drafts.ts';
import type { FinalizeKind } from '../kinds.ts';
import type { OpenReading } from '../open-reading.ts';

/** The compiler asks for each kind of window. */
export const KINDS: Readonly<Record<WindowKindName, FinalizeKind>> = FINALIZE_KINDS;

/** The rows of windows that are not final, as they would be if these closed now: those that the view keeps. */
export async function openRowsOf(reading: OpenReading): Promise<Row[]> {
  const { definition, rows } = reading.view;
  const all = await KINDS[definition.window.kind].openRows(reading);
  return definition.having === undefined ? all : all.filter(({ values }) => rows.keeps(values));
}
