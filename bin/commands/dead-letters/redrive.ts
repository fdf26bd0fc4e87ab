import { systemClock } from '../../../adapters/system-clock.ts';
import { compilePipeline, type PipelinePlan } from '../../../engine/plan/plan.ts';
import type { DeadLetterStore, RedriveOutcome, SideOutputKind } from '../../../engine/ports/dead-letter-store.ts';
import { createPace } from '../../../runtime/dead-letters/pace.ts';
import {
  type Candidate,
  candidateOf,
  findCandidates,
  isOpen,
  planRedrive,
  type RedriveSummary,
  redriveAll,
} from '../../../runtime/dead-letters/redrive.ts';
import { loadPipeline } from '../../../runtime/load-pipeline.ts';
import { canRedraw, colorWanted } from '../../../runtime/terminal/color.ts';
import { formatCount } from '../../../runtime/terminal/format.ts';
import { createProgress } from '../../../runtime/terminal/progress.ts';
import { parseArguments, positionals, wholeNumber } from '../../cli/arguments.ts';
import { type CommandIo, EXIT_FAILURE, EXIT_OK, EXIT_UNKNOWN, UsageError } from '../../cli/command.ts';
import { openStore, STORE_OPTIONS } from './open-store.ts';
import { FILTER_OPTIONS, parseFilters } from './options.ts';
import { writeLine } from './render.ts';

export const REDRIVE_OPTIONS = {
  ...STORE_OPTIONS,
  ...FILTER_OPTIONS,
  all: { type: 'boolean' },
  late: { type: 'boolean' },
  again: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  rate: { type: 'string' },
  concurrency: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const parse = (args: readonly string[]) => parseArguments('dead-letters', args, REDRIVE_OPTIONS);
type Values = ReturnType<typeof parse>['values'];

const LATE =
  'A late event that is put back is normally late again, for event time decides; and views that had it in time count it twice, unless the stream has dedupe. Give --late if that is what you want.';

export async function redriveKept(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals: given } = parse(args);
  const { PIPELINE } = positionals('dead-letters', given.slice(0, 1), ['PIPELINE']);
  const ids = given.slice(1);
  const rate = values.rate === undefined ? null : wholeNumber(values.rate, '--rate', 1, 1, 1_000_000);
  const concurrency = wholeNumber(values.concurrency, '--concurrency', 8, 1, 64);
  const plan = compilePipeline(await loadPipeline(PIPELINE));
  checkSelection(ids, values);
  const { store, close } = await openStore(values, plan);
  try {
    const candidates = await (ids.length > 0 ? candidatesOf(store, ids) : matching(store, values, plan));
    if (values.late !== true && candidates.some(({ kind }) => kind === 'late')) throw new UsageError(LATE);
    if (values['dry-run']) return dryRun(candidates, values, io);
    const open = candidates.filter(isOpen);
    if (open.length > 1 && values.yes !== true && !(await confirmed(open, io))) return EXIT_FAILURE;
    return await carryOut(store, candidates, { values, rate, concurrency, io });
  } finally {
    close();
  }
}

/** Ids, or filters, or the word that everything is meant. */
function checkSelection(ids: readonly string[], values: Values): void {
  const filters = (['stream', 'kind', 'reason', 'since', 'until', 'limit'] as const).filter((name) => values[name]);
  if (ids.length > 0 && (filters.length > 0 || values.all)) {
    throw new UsageError(`Give ids or filters: --${filters[0] ?? 'all'} cannot be given together with ids.`);
  }
  if (ids.length === 0 && filters.length === 0 && !values.all) {
    throw new UsageError('Say what to redrive: ids, or filters such as --reason and --since, or --all.');
  }
}

async function candidatesOf(store: DeadLetterStore, ids: readonly string[]): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const id of new Set(ids)) {
    const record = await store.get(id);
    if (record === null) {
      throw new UsageError(`Nothing is kept under the id '${id}'. streamgauge dead-letters list shows ids.`);
    }
    candidates.push(candidateOf(record));
  }
  return candidates;
}

function matching(store: DeadLetterStore, values: Values, plan: PipelinePlan): Promise<readonly Candidate[]> {
  const kinds: SideOutputKind[] = values.late ? ['late'] : ['dead'];
  const filters = parseFilters(values, plan, kinds, systemClock.nowMs());
  if (filters.kinds.includes('late') && values.late !== true) throw new UsageError(LATE);
  const limit = wholeNumber(values.limit, '--limit', Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER);
  return findCandidates(store, filters, limit);
}

function dryRun(candidates: readonly Candidate[], values: Values, io: CommandIo): number {
  for (const candidate of candidates) {
    const plan = planRedrive(candidate, values.again === true);
    const { id, stream, records } = candidate;
    if (values.json) io.stdout.write(`${JSON.stringify({ id, stream, records, would: plan.replace(' ', '_') })}\n`);
    else
      writeLine(
        io,
        [{ text: `${`would ${plan}`.padEnd(16)}  ${id}` }, { text: PLAN_REASONS[plan], style: 'faint' }],
        false,
      );
  }
  if (!values.json) io.stdout.write(`${plural(candidates.length, 'record')} matched. Nothing was sent.\n`);
  return EXIT_OK;
}

const PLAN_REASONS = {
  send: '',
  'send again': '  (an earlier redrive has no known outcome)',
  skip: '  (redriven before)',
  refuse: '  (an earlier redrive has no known outcome, or the object cannot be read: see show)',
} as const;

async function confirmed(candidates: readonly Candidate[], { stdin, stderr }: CommandIo): Promise<boolean> {
  if (stdin?.isTTY !== true || stderr.isTTY !== true) {
    throw new UsageError(
      `${plural(candidates.length, 'record')} would be redriven. Add --yes to do it, or --dry-run to see which.`,
    );
  }
  const streams = [...new Set(candidates.map(({ stream }) => stream))].join(', ');
  stderr.write(`Redrive ${plural(candidates.length, 'record')} into ${streams}? [y/N] `);
  // A terminal hands over whole lines.
  for await (const line of stdin) return /^y(es)?$/i.test(line.toString().trim());
  return false;
}

interface Run {
  readonly values: Values;
  readonly rate: number | null;
  readonly concurrency: number;
  readonly io: CommandIo;
}

async function carryOut(
  store: DeadLetterStore,
  candidates: readonly Candidate[],
  { values, rate, concurrency, io }: Run,
): Promise<number> {
  const progress = createProgress({
    stream: io.stderr,
    isTTY: canRedraw(io.env, io.stderr),
    color: colorWanted(io.env, io.stderr),
    label: 'redrive',
    total: candidates.length,
  });
  const stop = new AbortController();
  // The first Ctrl-C lets what is under way come to its end, or its outcome would not be known; the second one kills.
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  let done = 0;
  const tell: string[] = [];
  try {
    const ids = candidates.map(({ id }) => id);
    const summary = await redriveAll(store, ids, {
      by: values.by ?? io.env.USER ?? io.env.USERNAME ?? 'somebody',
      again: values.again === true,
      pace: createPace(rate, systemClock, sleep),
      concurrency,
      signal: stop.signal,
      onOutcome: (id, outcome) => {
        progress.update(++done);
        if (values.json) io.stdout.write(`${JSON.stringify({ id, ...outcome })}\n`);
        else if (candidates.length <= NAMED || outcome.outcome !== 'redriven') tell.push(outcomeText(id, outcome));
      },
    });
    progress.finish();
    for (const line of tell) writeLine(io, [{ text: line }], false);
    io.stdout.write(values.json ? `${JSON.stringify({ summary })}\n` : `${summaryText(summary)}\n`);
    if (summary.unknown > 0) return EXIT_UNKNOWN;
    return summary.failed + summary.untried > 0 ? EXIT_FAILURE : EXIT_OK;
  } finally {
    progress.finish();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** Of more, only those are named that were not put back. */
const NAMED = 20;

function outcomeText(id: string, outcome: RedriveOutcome): string {
  if (outcome.outcome !== 'redriven') return `${outcome.outcome.padEnd(8)}  ${id}  ${outcome.message}`;
  const [put] = outcome.puts;
  const place =
    outcome.puts.length > 1
      ? plural(outcome.puts.length, 'record')
      : put?.state === 'redriven'
        ? `${put.shard} ${put.sequence}`
        : '';
  return `redriven  ${id}  as ${place}`;
}

function summaryText({ redriven, records, skipped, failed, unknown, untried }: RedriveSummary): string {
  const inRecords = records === redriven ? '' : ` (${plural(records, 'record')})`;
  const parts = [
    `${formatCount(redriven)} redriven${inRecords}`,
    `${formatCount(skipped)} skipped`,
    `${formatCount(failed)} failed`,
    `${formatCount(unknown)} unknown`,
    ...(untried > 0 ? [`${formatCount(untried)} not tried`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
