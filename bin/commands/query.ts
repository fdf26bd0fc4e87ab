import { systemClock } from '../../adapters/system-clock.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { parseArguments, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { findViewPlan } from '../cli/find-pipeline.ts';
import { askedGroup, GROUP_OPTIONS, parseGroups } from '../cli/group-options.ts';
import { pipelineAndView } from '../cli/pipeline-and-view.ts';
import { pointInTimeMs } from '../cli/point-in-time.ts';
import { openResultStores } from '../cli/result-stores.ts';
import { SERVER_OPTIONS, viewServer } from '../cli/server.ts';
import { STORE_OPTIONS } from '../cli/store-options.ts';
import { outputFormat, QUERY_FORMAT_OPTIONS } from './query/format.ts';
import { QUERY_HELP } from './query/help.ts';
import { printLatest } from './query/latest.ts';
import type { ViewQuestions } from './query/questions.ts';
import { servedQuestions } from './query/served-questions.ts';
import { storedQuestions } from './query/stored-questions.ts';
import { printChanges, printTop } from './query/top.ts';

const OPTIONS = {
  ...STORE_OPTIONS,
  ...SERVER_OPTIONS,
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
  help: QUERY_HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals } = parse(args);
    checkTogether(values);
    const nowMs = systemClock.nowMs();
    const range = {
      fromMs: pointInTimeMs(values.from, '--from', nowMs) ?? START_OF_TIME_MS,
      toMs: pointInTimeMs(values.to, '--to', nowMs) ?? (values.compare ? nowMs : END_OF_TIME_MS),
    };
    const format = outputFormat(values);
    const last = wholeNumber(values.last, '--last', 20, 1, 100_000);
    const limit = wholeNumber(values.top, '--top', 10, 1, 1000);
    const maxRows = wholeNumber(values['max-rows'], '--max-rows', 100_000, 1, 100_000);
    const { questions, close } = await openQuestions(values, positionals, io);
    const asked = { questions, io, format };
    try {
      const { by, open, cursor = null } = values;
      if (by === undefined)
        await printLatest(asked, { ...range, last, cursor, open: open === true ? true : undefined });
      else if (values.compare) await printChanges(asked, { ...range, by, limit, maxRows });
      else await printTop(asked, { ...range, by, limit, maxRows });
    } finally {
      close();
    }
    return EXIT_OK;
  },
};

interface OpenQuestions {
  readonly questions: ViewQuestions;
  close(): void;
}

/** Of a server, where one is named, or of a pipeline's store. */
async function openQuestions(values: Values, positionals: readonly string[], io: CommandIo): Promise<OpenQuestions> {
  const { url } = values;
  if (url !== undefined) {
    const server = viewServer('query', { ...values, url }, positionals, io);
    return { questions: await servedQuestions(server, askedGroup(values)), close: () => undefined };
  }
  const { file, name } = pipelineAndView('query', positionals);
  const { plan, view } = await findViewPlan(file, name);
  const groups = parseGroups(view, values);
  const ports = await openResultStores(values, plan);
  return { questions: storedQuestions(view, ports, groups), close: () => ports.close() };
}

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
  if (values['max-rows'] !== undefined && values.url !== undefined) {
    throw new UsageError('--max-rows is for stores: a server bounds by itself what it reads. Leave it out with --url.');
  }
  if (values.by === undefined) return;
  const alone = (['last', 'open', 'cursor'] as const).find((option) => values[option] !== undefined);
  if (alone !== undefined) {
    throw new UsageError(`--${alone} is for rows, and --by adds up the stored rows of a range: leave one of them out.`);
  }
}
