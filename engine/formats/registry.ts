import type { TextFormatDefinition, TextFormatKind } from '../ir/stream-format.ts';
import { apacheCombinedFormat, apacheCommonFormat, nginxCombinedFormat } from './access-log.ts';
import { csvFormat, tsvFormat } from './csv.ts';
import type { FormatDescriptor } from './format.ts';
import { logfmtFormat } from './logfmt.ts';
import { vpcFlowLogFormat } from './vpc-flow-log.ts';

/** Where lines look like several formats they are of the first: almost all have commas. */
const FORMATS: Readonly<Record<TextFormatKind, FormatDescriptor>> = {
  'apache-common': apacheCommonFormat,
  'apache-combined': apacheCombinedFormat,
  'nginx-combined': nginxCombinedFormat,
  'vpc-flow-log': vpcFlowLogFormat,
  logfmt: logfmtFormat,
  tsv: tsvFormat,
  csv: csvFormat,
};

export const TEXT_FORMATS = Object.keys(FORMATS) as readonly TextFormatKind[];

export function formatOf({ kind }: Pick<TextFormatDefinition, 'kind'>): FormatDescriptor {
  return FORMATS[kind];
}
