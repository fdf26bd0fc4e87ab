import { systemClock } from '../../adapters/system-clock.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { parseArguments, wholeNumber } from '../cli/arguments.ts';
import { type Command, EXIT_OK, UsageError } from '../cli/command.ts';
import { findViewPlan } from '../cli/find-pipeline.ts';
import { GROUP_OPTIONS, parseGroups } from '../cli/group-options.ts';
import { pipelineAndView } from '../cli/pipeline-and-view.ts';
import { pointInTimeMs } from '../cli/point-in-time.ts';
import { openResultStores } from '../cli/result-stores.ts';
import { STORE_OPTIONS } from '../cli/store-options.ts';
import { outputFormat, QUERY_FORMAT_OPTIONS } from './query/format.ts';
import { QUERY_HELP } from './query/help.ts';
import { printLatest } from './query/latest.ts';
import { printChanges, printTop } from './query/top.ts';

const OPTIONS = {
  ...STORE_OPTIONS,
  ...GROUP_OPTIONS,
  ...QUERY_FORMAT_OPTIONS,
  last: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  open: { type: 'boolean' },
  cursor: { type: 'string' },
  top: { type: 'string' },
  by: { type: 'string' },
  compare: { type: 'boolean' },
  'max-rows': { type: 'string' },
} as const;

const parse = (args: readonly string[]) => parseArguments('query', args, OPTIONS);
type Values = ReturnType<typeof parse>['values'];

export const queryCommand: Command = {
  name: 'query',
  summary: 'show rows of a view, or the groups with the most of something',
  help: QUERY_HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals } = parse(args);
    const { file, name } = pipelineAndView('query', positionals);
    checkTogether(values);
    const { plan, view } = await findViewPlan(file, name);
    const nowMs = systemClock.nowMs();
    const range = {
      fromMs: pointInTimeMs(values.from, '--from', nowMs) ?? START_OF_TIME_MS,
      toMs: pointInTimeMs(values.to, '--to', nowMs) ?? (values.compare ? nowMs : END_OF_TIME_MS),
    };
    const groups = parseGroups(view, values);
    const format = outputFormat(values);
    const last = wholeNumber(values.last, '--last', 20, 1, 100_000);
    const limit = wholeNumber(values.top, '--top', 10, 1, 1000);
    const maxRows = wholeNumber(values['max-rows'], '--max-rows', 100_000, 1, 100_000);
    const ports = await openResultStores(values, plan);
    const asked = { view, ports, io, format };
    try {
      if (values.by === undefined) {
        const { open = false, cursor = null } = values;
        await printLatest(asked, { ...range, groups, last, cursor, ...(open && { open }) });
      } else if (values.compare) await printChanges(asked, { ...range, groups, by: values.by, limit, maxRows });
      else await printTop(asked, { ...range, groups, by: values.by, limit, maxRows });
    } finally {
      ports.close();
    }
    return EXIT_OK;
  },
};

/** What says something only beside another option. */
function checkTogether(values: Values): void {
  const needs = (option: keyof Values, other: keyof Values) => {
    if (values[option] === undefined || values[other] !== undefined) return;
    throw new UsageError(`--${option} needs --${other}. See streamgauge query --help.`);
  };
  needs('top', 'by');
  needs('compare', 'by');
  needs('compare', 'from');
  needs('max-rows', 'by');
  if (values.by === undefined) return;
  const alone = (['last', 'open', 'cursor'] as const).find((option) => values[option] !== undefined);
  if (alone !== undefined) {
    throw new UsageError(`--${alone} is for rows, and --by adds up the stored rows of a range: leave one of them out.`);
  }
}
