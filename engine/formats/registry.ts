import type { TextFormatDefinition, TextFormatKind } from '../ir/stream-format.ts';
import { apacheCombinedFormat, apacheCommonFormat, nginxCombinedFormat } from './access-log.ts';
import { csvFormat, tsvFormat } from './csv.ts';
import type { FormatDescriptor } from './format.ts';
import { logfmtFormat } from './logfmt.ts';
import { vpcFlowLogFormat } from './vpc-flow-log.ts';

const FORMATS: Readonly<Record<TextFormatKind, FormatDescriptor>> = {
  csv: csvFormat,
  tsv: tsvFormat,
  logfmt: logfmtFormat,
  'apache-common': apacheCommonFormat,
  'apache-combined': apacheCombinedFormat,
  'nginx-combined': nginxCombinedFormat,
  'vpc-flow-log': vpcFlowLogFormat,
};

export const TEXT_FORMATS = Object.keys(FORMATS) as readonly TextFormatKind[];

export function formatOf({ kind }: Pick<TextFormatDefinition, 'kind'>): FormatDescriptor {
  return FORMATS[kind];
}
