import { RESULT_STORE_HELP } from '../../cli/result-stores.ts';
import { SERVER_HELP } from '../../cli/server.ts';

export const QUERY_HELP = `Show rows of a view, or the groups that have the most of something.

Usage: streamgauge query [PIPELINE.ts] VIEW [options]
       streamgauge query VIEW --url URL [options]
       streamgauge query [PIPELINE.ts] VIEW --top N --by COLUMN [--compare] [options]

Without PIPELINE.ts it is looked for in pipeline.ts and pipelines/.

Which rows
  --last N             The latest N rows (default 20), shown in the order of time.
  --from TIME          Windows that start at or after this time: 2026-01-31, 2026-01-31T12:00:00Z, or 2h for two hours ago.
  --to TIME            Windows that start before this time.
  --group FIELD=VALUE  Of groups with this value. May be given several times.
  --is-null FIELD      Of groups in which this field is null.
  --open               Also rows of windows that are open, as they stand now.
  --cursor TEXT        Go on where an earlier answer ended, towards earlier rows.

The most of something
  --top N --by COLUMN  The N groups with the largest COLUMN over all windows of the range. Sums are summed and ratios computed
                       again of the sums; what windows do not give, such as quantiles, is refused with the reason.
  --compare            In place of the largest: what changed most against the period before, which is as long. Needs --from.
  --max-rows N         Rows that may be read for it (default 100000; a server has its own bound).

How they look
  --format FORMAT      table, json (an object a line) or csv (RFC 4180; a text that a spreadsheet would take for a formula gets
                       a ' before it). The default is table.
  --json               As --format json.

${RESULT_STORE_HELP}
${SERVER_HELP}

Exit codes: 0 also where there are no rows; 1 failed; 2 the command line or the pipeline is wrong.

Examples
  streamgauge query traffic_5min
  streamgauge query pipelines/weblog.ts traffic_5min --from 2015-05-17 --to 2015-05-18 --format csv
  streamgauge query traffic_5min --top 10 --by requests --from 2015-05-17
  streamgauge query traffic_5min --aws --last 50 --json
  streamgauge query traffic_5min --url http://127.0.0.1:8787 --from 1h
  STREAMGAUGE_TOKEN=… streamgauge query traffic_5min --url https://abc.execute-api.eu-west-1.amazonaws.com --top 5 --by requests
`;
