import { StoreError } from '../../engine/ports/errors.ts';
import { RowChanges } from '../../engine/query/row-changes.ts';
import type { ShownRow } from '../../engine/query/shown-row.ts';
import { colorWanted } from '../../runtime/terminal/color.ts';
import { tableLayout } from '../../runtime/terminal/table.ts';
import { renderLine } from '../../runtime/terminal/text.ts';
import { parseArguments, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK } from '../cli/command.ts';
import { durationOption } from '../cli/duration-option.ts';
import { findViewPlan } from '../cli/find-pipeline.ts';
import { GROUP_OPTIONS, parseGroups } from '../cli/group-options.ts';
import { pipelineAndView } from '../cli/pipeline-and-view.ts';
import { openResultStores, RESULT_STORE_HELP } from '../cli/result-stores.ts';
import { STORE_OPTIONS } from '../cli/store-options.ts';
import { StopSignal } from './dev/stop-signal.ts';
import { rowObject, tableColumns, tableRow } from './query/row-cells.ts';
import { shapeOfView } from './query/table-shape.ts';

const HELP = `Follow a view: show its rows as they become final, and again when late events revise them.

Usage: streamgauge tail [PIPELINE.ts] VIEW [options]

Without PIPELINE.ts it is looked for in pipeline.ts and pipelines/.

  --last N             Begin with the latest N rows (default 10; 0 for what is new alone).
  --group FIELD=VALUE  Of groups with this value. May be given several times.
  --is-null FIELD      Of groups in which this field is null.
  --open               Also rows of windows that are open, each time that they have changed.
  --every TIME         How often to look (default 1s, of a deployed pipeline 10s: each look reads what can still change).
  --json               An object a line.

${RESULT_STORE_HELP}

It ends with Ctrl-C. A look that fails because the store is busy is made again. Windows count as long as they can take events and
an hour more, sessions a day more: what changes later than that, such as a count of late events, streamgauge query shows.

Examples
  streamgauge tail traffic_5min
  streamgauge tail paths_5min --group path=/ --open --json
  streamgauge tail traffic_5min --stack Streamgauge-weblog
`;

const OPTIONS = {
  ...STORE_OPTIONS,
  ...GROUP_OPTIONS,
  last: { type: 'string' },
  open: { type: 'boolean' },
  every: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const LOCAL_PAUSE_MS = 1000;
const AWS_PAUSE_MS = 10_000;

export const tailCommand: Command = {
  name: 'tail',
  summary: 'follow a view: show rows as they come and change',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals } = parseArguments('tail', args, OPTIONS);
    const { file, name } = pipelineAndView('tail', positionals);
    const { plan, view } = await findViewPlan(file, name);
    const last = wholeNumber(values.last, '--last', 10, 0, 100_000);
    const groups = parseGroups(view, values);
    const every = values.every === undefined ? null : durationOption(values.every, '--every', 0);
    const ports = await openResultStores(values, plan);
    const pauseMs = every ?? (ports.isOnAws ? AWS_PAUSE_MS : LOCAL_PAUSE_MS);
    const show = values.json
      ? jsonLines(io)
      : tableLines(io, (rows) => ({
          columns: tableColumns(shapeOfView(view.definition), rows),
          rows: rows.map((row) => tableRow(shapeOfView(view.definition), row, rows)),
        }));
    const changes = new RowChanges(view, ports, { groups, open: values.open === true });
    const stop = new StopSignal();
    try {
      for (let isFirst = true; !stop.requested; ) {
        const rows = await readOrWait(changes, io);
        if (rows !== null) {
          show(isFirst ? rows.slice(rows.length - Math.min(last, rows.length)) : rows);
          isFirst = false;
        }
        await stop.wait(pauseMs);
      }
    } finally {
      stop.dispose();
      ports.close();
    }
    return EXIT_OK;
  },
};

/** Null where the store had no time: the next look is soon. */
async function readOrWait(changes: RowChanges, { stderr }: CommandIo): Promise<readonly ShownRow[] | null> {
  try {
    return await changes.read();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    stderr.write(`${error.message}\n`);
    return null;
  }
}

type Show = (rows: readonly ShownRow[]) => void;

function jsonLines({ stdout }: CommandIo): Show {
  return (rows) => {
    for (const row of rows) stdout.write(`${JSON.stringify(rowObject(row))}\n`);
  };
}

/** One table that goes on: its head once, and columns that get wider where they must. */
function tableLines({ stdout, env }: CommandIo, tableOf: (rows: readonly ShownRow[]) => TableOf): Show {
  let widths: readonly number[] | null = null;
  return (shown) => {
    if (shown.length === 0) return;
    const { columns, rows } = tableOf(shown);
    const width = stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
    const layout = tableLayout(columns, rows, width, widths ?? []);
    const lines = widths === null ? layout.lines : layout.lines.slice(1);
    for (const line of lines) stdout.write(`${renderLine(line, width, colorWanted(env, stdout))}\n`);
    widths = layout.widths;
  };
}

interface TableOf {
  readonly columns: Parameters<typeof tableLayout>[0];
  readonly rows: Parameters<typeof tableLayout>[1];
}
