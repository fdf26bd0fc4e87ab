/** Every format of text, under its name. Bundles of the functions have of these what their pipeline names (`lib/named-kinds.ts`). */
export {
  apacheCombinedFormat as 'apache-combined',
  apacheCommonFormat as 'apache-common',
  nginxCombinedFormat as 'nginx-combined',
} from './access-log.ts';
export { csvFormat as csv, tsvFormat as tsv } from './csv.ts';
export { logfmtFormat as logfmt } from './logfmt.ts';
export { vpcFlowLogFormat as 'vpc-flow-log' } from './vpc-flow-log.ts';
