import type { TextFormatDefinition } from '../ir/stream-format.ts';
import { type DelimitedSettings, delimitedFormat, duckdbDelimited, headerSetting } from './delimited.ts';
import type { FormatDescriptor } from './format.ts';

/** A flow log of Amazon VPC, in any version. */
export interface VpcFlowLogFormat {
  /** The format. */
  readonly kind: 'vpc-flow-log';
  /**
   * The fields in the order of the log's format, as AWS or the schema writes them: `'account-id'` or `'account_id'`. Not set: a header
   * row says them, as in the files in S3; without one they are the fields of version 2.
   */
  readonly header?: readonly string[];
}

const VERSION_2 = [
  'version',
  'account_id',
  'interface_id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log_status',
];

/** What later versions added, with the version. */
const LATER: readonly string[] = [
  ...['vpc_id', 'subnet_id', 'instance_id', 'tcp_flags', 'type', 'pkt_srcaddr', 'pkt_dstaddr'], // 3
  ...['region', 'az_id', 'sublocation_type', 'sublocation_id'], // 4
  ...['pkt_src_aws_service', 'pkt_dst_aws_service', 'flow_direction', 'traffic_path'], // 5
];

const NAMES: ReadonlySet<string> = new Set([...VERSION_2, ...LATER]);

/** Fields with blanks between them; `-` is a field that is not there. Dashes in names are underscores here. */
export const vpcFlowLogFormat: FormatDescriptor = {
  settings: ['header'],
  define: ({ header }, where) => ({
    kind: 'vpc-flow-log',
    header: headerSetting(header, where)?.map(nameOf) ?? null,
  }),
  // A later version may have more of them.
  fieldNames: ({ header = null }) => header,
  compile: (definition) => delimitedFormat(settingsOf(definition)),
  likely: ([first = '']) =>
    NAMES.has(nameOf(first.split(' ')[0] ?? '')) || /^[2-9] \d{12} eni-/.test(first) ? "'vpc-flow-log'" : null,
  duckdb: (definition, fields, sql) => {
    const inHeader = (field: string) => field.replaceAll('_', '-');
    return duckdbDelimited(settingsOf(definition), { header: definition.header ?? null, inHeader }, fields, sql);
  },
  unlikeDuckdb: ['rows without a header: in DuckDB each file has one, unless the format has the setting `header`'],
};

function settingsOf({ header = null }: TextFormatDefinition): DelimitedSettings {
  return {
    delimiter: ' ',
    isQuoted: false,
    header: header ?? VERSION_2,
    // No value is a name of a field.
    isHeader: ([first = '']) => NAMES.has(nameOf(first)),
    nameOf,
    nothing: '-',
  };
}

function nameOf(name: string): string {
  return name.replaceAll('-', '_');
}
