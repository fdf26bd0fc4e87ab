import { systemClock } from '../../adapters/system-clock.ts';
import { addSilence, endSilence, loadSilences, type Silence } from '../../engine/alerts/silences.ts';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { parseArguments, positionals } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { durationOption } from '../cli/duration-option.ts';
import { findView } from '../cli/find-view.ts';
import { openState } from '../cli/open-state.ts';
import { STORE_OPTIONS } from '../cli/store-options.ts';

const HELP = `Hold back alerts for a while: of all views, or of one view, alert or group.

Usage: streamgauge silence PIPELINE.ts --for 2h [--view VIEW] [--alert ALERT] [--group FIELD=VALUE …]
       streamgauge silence PIPELINE.ts --end NAME
       streamgauge silence PIPELINE.ts

  --for TIME           Hold them back for this long from now on, such as 30m, 2h or 1d.
  --view VIEW          Only alerts of this view.
  --alert ALERT        Only alerts of this name.
  --group FIELD=VALUE  Only groups with this value; needs --view. May be repeated.
  --end NAME           End a silence. Without --for and --end, the command lists all silences.
  --store PATH         The store of streamgauge dev (default .streamgauge/<pipeline>.db), which may be running.
  --aws                Of the pipeline that is deployed, in the region and account of the environment.
  --stage STAGE        Of the one that was deployed with -c stage=STAGE.
  --stack NAME         Of the one in this stack (default Streamgauge-<pipeline>).

Incidents open and end as always. If a channel heard of an incident before, it also hears of its end.

Examples
  streamgauge silence pipelines/weblog.ts --for 2h
  streamgauge silence pipelines/weblog.ts
  streamgauge silence pipelines/weblog.ts --aws --for 2h
`;

const OPTIONS = {
  for: { type: 'string' },
  view: { type: 'string' },
  alert: { type: 'string' },
  group: { type: 'string', multiple: true },
  end: { type: 'string' },
  ...STORE_OPTIONS,
} as const;

export const silenceCommand: Command = {
  name: 'silence',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('silence', args, OPTIONS);
    const { PIPELINE } = positionals('silence', given, ['PIPELINE']);
    const pipeline = await loadPipeline(PIPELINE);
    if (values.for !== undefined && values.end !== undefined) {
      throw new UsageError('--for begins a silence and --end ends one: give one of them.');
    }
    const silence = values.for === undefined ? null : silenceOf(pipeline, values.for, values);
    const { state, close } = await openState(pipeline, values);
    try {
      if (silence !== null) await addSilence(state, formatInstant(silence.fromMs), silence);
      if (values.end !== undefined) await end(state, values.end);
      await list(state, io);
    } finally {
      close();
    }
    return EXIT_OK;
  },
};

interface Scope {
  readonly view?: string | undefined;
  readonly alert?: string | undefined;
  readonly group?: readonly string[] | undefined;
}

function silenceOf(pipeline: PipelineDefinition, length: string, { view, alert, group = [] }: Scope): Silence {
  const views = view === undefined ? pipeline.views : [findView(pipeline, view)];
  const alerts = views.flatMap((one) => one.alerts.map(({ name }) => name));
  if (alert !== undefined && !alerts.includes(alert)) {
    throw new UsageError(`--alert is '${alert}', and there are ${alerts.length === 0 ? 'none' : alerts.join(', ')}.`);
  }
  if (view === undefined && group.length > 0) throw new UsageError('--group needs --view: groups are those of a view.');
  const fields = views[0]?.groupBy.map(({ name }) => name) ?? [];
  const pairs = group.map((text) => pairOf(text, fields));
  const fromMs = systemClock.nowMs();
  return {
    fromMs,
    toMs: fromMs + durationOption(length, '--for', 0),
    ...(view !== undefined && { view }),
    ...(alert !== undefined && { alert }),
    ...(pairs.length > 0 && { group: Object.fromEntries(pairs) }),
  };
}

function pairOf(text: string, fields: readonly string[]): [string, string] {
  const [, field, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (field !== undefined && value !== undefined && fields.includes(field)) return [field, value];
  throw new UsageError(
    `--group is '${text}', and must be FIELD=VALUE. The view groups by ${fields.join(', ') || 'nothing'}.`,
  );
}

async function end(state: Parameters<typeof endSilence>[0], name: string): Promise<void> {
  if (!(await endSilence(state, name)))
    throw new UsageError(`There is no silence ${name}. Without --end all are listed.`);
}

async function list(state: Parameters<typeof loadSilences>[0], { stdout }: CommandIo): Promise<void> {
  const nowMs = systemClock.nowMs();
  const all = (await loadSilences(state)).filter(({ toMs }) => toMs > nowMs);
  for (const { name, toMs, view, alert, group } of all) {
    const of = [view, alert, group === undefined ? undefined : JSON.stringify(group)].filter(
      (one) => one !== undefined,
    );
    stdout.write(`${name} to ${formatInstant(toMs)}: ${of.length === 0 ? 'all alerts' : of.join(' ')}\n`);
  }
  if (all.length === 0) stdout.write('Nothing is silenced.\n');
}
