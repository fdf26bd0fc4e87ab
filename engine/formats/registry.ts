import * as KINDS from '#kinds/formats';
import type { TextFormatDefinition, TextFormatKind } from '../ir/stream-format.ts';
import type { FormatDescriptor } from './format.ts';

const FORMATS: Readonly<Record<TextFormatKind, FormatDescriptor>> = KINDS;

/** Where lines look like several formats they are of the first: almost all have commas. */
export const TEXT_FORMATS: readonly TextFormatKind[] = [
  ...(['apache-common', 'apache-combined', 'nginx-combined', 'vpc-flow-log', 'logfmt', 'tsv', 'csv'] as const),
];

export function formatOf({ kind }: Pick<TextFormatDefinition, 'kind'>): FormatDescriptor {
  return FORMATS[kind];
}
