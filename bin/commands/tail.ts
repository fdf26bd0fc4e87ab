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
import { askedGroup, GROUP_OPTIONS, parseGroups } from '../cli/group-options.ts';
import { pipelineAndView } from '../cli/pipeline-and-view.ts';
import { openResultStores, RESULT_STORE_HELP } from '../cli/result-stores.ts';
import { SERVER_HELP, SERVER_OPTIONS, viewServer } from '../cli/server.ts';
import { StopSignal, waitUnless } from '../cli/stop-signal.ts';
import { STORE_OPTIONS } from '../cli/store-options.ts';
import { rowObject, tableColumns, tableRow } from './query/row-cells.ts';
import { shapeOfView, type TableShape } from './query/table-shape.ts';
import { followServed } from './tail/follow-served.ts';

const HELP = `Follow a view: show its rows as they become final, and again when late events revise them.

Usage: streamgauge tail [PIPELINE.ts] VIEW [options]
       streamgauge tail VIEW --url URL [options]

Without PIPELINE.ts it is looked for in pipeline.ts and pipelines/.

  --last N             Begin with the latest N rows (default 10; 0 for what is new alone).
  --group FIELD=VALUE  Of groups with this value. May be given several times.
  --is-null FIELD      Of groups in which this field is null.
  --open               Also rows of windows that are open, each time that they have changed.
  --every TIME         How often to look (default 1s, of a deployed pipeline 10s: each look reads what can still change).
  --json               An object a line.

${RESULT_STORE_HELP}
${SERVER_HELP}

It ends with Ctrl-C, and then well. A server says itself when rows were written: there --every is how often they are read at most. Where it
does not answer, which is told, it is asked again after 1 s, 2 s and so on, at last each 30 s. Rows are shown once each time that they
change, also where the server was started again meanwhile. A look that fails because the store is busy is made again. Windows count as long as they can take events and
an hour more, sessions a day more: what changes later than that, such as a count of late events, streamgauge query shows.

Examples
  streamgauge tail traffic_5min
  streamgauge tail paths_5min --group path=/ --open --json
  streamgauge tail traffic_5min --stack Streamgauge-weblog
  streamgauge tail traffic_5min --url http://127.0.0.1:8787 --json
`;

const OPTIONS = {
  ...STORE_OPTIONS,
  ...SERVER_OPTIONS,
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
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals } = parseArguments('tail', args, OPTIONS);
    const last = wholeNumber(values.last, '--last', 10, 0, 100_000);
    const every = values.every === undefined ? null : durationOption(values.every, '--every', 0);
    const lines = values.json ? jsonLines(io) : tableLines(io);
    const show = fromTheLast(last, lines);
    const { url, open = false } = values;
    if (url !== undefined) {
      const server = viewServer('tail', { ...values, url }, positionals, io);
      const say = (text: string) => void io.stderr.write(`${text}\n`);
      const [group, everyMs] = [askedGroup(values), every ?? LOCAL_PAUSE_MS];
      await untilStopped(({ signal }) =>
        followServed({ server, group, open, everyMs, signal, wait: waitUnless, show, say }),
      );
      return EXIT_OK;
    }
    const { file, name } = pipelineAndView('tail', positionals);
    const { plan, view } = await findViewPlan(file, name);
    const groups = parseGroups(view, values);
    const ports = await openResultStores(values, plan);
    const pauseMs = every ?? (ports.isOnAws ? AWS_PAUSE_MS : LOCAL_PAUSE_MS);
    const shape = shapeOfView(view.definition);
    const changes = new RowChanges(view, ports, { groups, open });
    try {
      await untilStopped(async (stop) => {
        while (!stop.requested) {
          const rows = await readOrWait(changes, io);
          if (rows !== null) show(rows, shape);
          await stop.wait(pauseMs);
        }
      });
    } finally {
      ports.close();
    }
    return EXIT_OK;
  },
};

async function untilStopped(follow: (stop: StopSignal) => Promise<void>): Promise<void> {
  const stop = new StopSignal();
  try {
    await follow(stop);
  } finally {
    stop.dispose();
  }
}

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

type Show = (rows: readonly ShownRow[], shape: TableShape) => void;

/** The first reading is of all that is in reach: of it, the last rows alone. */
function fromTheLast(last: number, show: Show): Show {
  let isFirst = true;
  return (rows, shape) => {
    show(isFirst ? rows.slice(rows.length - Math.min(last, rows.length)) : rows, shape);
    isFirst = false;
  };
}

function jsonLines({ stdout }: CommandIo): Show {
  return (rows) => {
    for (const row of rows) stdout.write(`${JSON.stringify(rowObject(row))}\n`);
  };
}

/** One table that goes on: its head once, and again where its columns are others, and columns that get wider where they must. */
function tableLines({ stdout, env }: CommandIo): Show {
  let widths: readonly number[] = [];
  let head = '';
  return (shown, shape) => {
    if (shown.length === 0) return;
    const columns = tableColumns(shape, shown);
    const rows = shown.map((row) => tableRow(shape, row, shown));
    const names = JSON.stringify(shape.names);
    const width = stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
    const layout = tableLayout(columns, rows, width, head === names ? widths : []);
    const lines = head === names ? layout.lines.slice(1) : layout.lines;
    for (const line of lines) stdout.write(`${renderLine(line, width, colorWanted(env, stdout))}\n`);
    widths = layout.widths;
    head = names;
  };
}
