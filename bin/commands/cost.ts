import { readFile } from 'node:fs/promises';
import { LIST_PRICES, type Prices, PricesError, pricesWith } from '../../contracts/prices.ts';
import { ASSUMED } from '../../cost/assumed.ts';
import { CapacityError } from '../../cost/capacity.ts';
import { measureSample, type Sample } from '../../cost/compression.ts';
import { type Cost, costOf, idleCostOf } from '../../cost/cost-model.ts';
import type { CostInput } from '../../cost/input.ts';
import { dominantOf } from '../../cost/levers.ts';
import { MEASURED } from '../../cost/measured.ts';
import { DEFAULT_PACKER, type Packing } from '../../cost/packing.ts';
import { settingsFromContext } from '../../lib/context-settings.ts';
import { PRESETS, type PresetName } from '../../lib/presets.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { SettingsError } from '../../lib/settings-error.ts';
import { reasonOf } from '../../runtime/files/file-error.ts';
import { readLines } from '../../runtime/input/lines.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { decimalNumber, parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { costLines } from './cost-text.ts';
import { presetLines } from './preset-text.ts';

const HELP = `Estimate what a pipeline costs on AWS: all that its stack is billed for, a month and per million events.

Usage: streamgauge cost PIPELINE.ts --rate N [options]

  --rate N         Events a second, of all streams together; 0 is a month without events.
  --bytes N        Bytes of an event (default 230).
  --packed N       Producers pack plain events in records of so many bytes (default: each event is a record).
  --zstd           Producers pack and compress events, in records of ${DEFAULT_PACKER.recordBytes.toLocaleString('en-US')} bytes or as --packed says.
  --sample FILE    Events of yours, a line of JSON each; .gz is unpacked. Tells their bytes, and how far zstd shrinks them.
  --lanes N        Lanes of all producers of a stream together: each makes records of its own (default ${DEFAULT_PACKER.lanes}).
  --linger MS      How long an event waits for others to share its record (default ${1000 * DEFAULT_PACKER.lingerSeconds}).
  --groups N       Different groups in a window (default 1000).
  --questions N    Questions a second to the API, where -c asks for one (default ${ASSUMED.questionsPerSecond}: a page that is always open).
  --preset NAME    lowLatency, balanced or lowCost (default balanced); all compares them.
  -c KEY=VALUE     A setting of the deployment, as cdk takes it; may be repeated.
  --region NAME    Where it runs. List prices are for ${LIST_PRICES.region}; give those of other regions with --prices.
  --prices FILE    JSON of prices that replace list prices, all or some.
  --all            Show all items. Otherwise those below one percent share a line.
  --json           Print JSON.

Examples
  streamgauge cost pipelines/clickstream.ts --rate 1000
  streamgauge cost pipelines/clickstream.ts --rate 1000 --zstd --sample clicks.jsonl.gz
  streamgauge cost pipelines/clickstream.ts --rate 1000 --zstd --preset lowCost -c shards=1
  streamgauge cost pipelines/clickstream.ts --rate 1000 --zstd --preset all
`;

const OPTIONS = {
  rate: { type: 'string' },
  bytes: { type: 'string' },
  packed: { type: 'string' },
  zstd: { type: 'boolean' },
  sample: { type: 'string' },
  lanes: { type: 'string' },
  linger: { type: 'string' },
  groups: { type: 'string' },
  questions: { type: 'string' },
  preset: { type: 'string', choices: [...Object.keys(PRESETS), 'all'] },
  context: { type: 'string', short: 'c', multiple: true },
  region: { type: 'string' },
  prices: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const MAX_RECORD_BYTES = 1_000_000;
const MAX_RATE = 10_000_000;
const MAX_QUESTIONS = 10_000;
/** Enough to tell how events compress, and little enough to read at once. */
const SAMPLE_LINES = 10_000;

type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];

export const costCommand: Command = {
  name: 'cost',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('cost', args, OPTIONS);
    const { PIPELINE } = positionals('cost', given, ['PIPELINE']);
    if (values.rate === undefined) throw new UsageError('streamgauge cost needs --rate N, the events a second.');
    const sample = await readSample(values);
    const traffic = {
      pipeline: await loadPipeline(PIPELINE),
      eventsPerSecond: decimalNumber(values.rate, '--rate', 0, MAX_RATE),
      eventBytes: sample?.eventBytes ?? wholeNumber(values.bytes, '--bytes', 230, 2, MAX_RECORD_BYTES),
      packing: packingOf(values, sample),
      groups: wholeNumber(values.groups, '--groups', 1000, 1, 1_000_000_000),
      questionsPerSecond: decimalNumber(
        values.questions ?? String(ASSUMED.questionsPerSecond),
        '--questions',
        0,
        MAX_QUESTIONS,
      ),
    };
    const prices = values.prices === undefined ? LIST_PRICES : await readPrices(values.prices);
    checkRegion(values.region, prices);
    const context = contextOf(values.context ?? []);
    const inputOf = (preset: string | undefined): CostInput => ({ ...traffic, settings: settingsOf(context, preset) });
    refusing(() => {
      if (values.preset === 'all') compare(Object.keys(PRESETS) as PresetName[], inputOf, prices, values, io);
      else show(inputOf(values.preset), prices, values, io);
    });
    return EXIT_OK;
  },
};

function show(input: CostInput, prices: Prices, { json, all }: Values, { stdout }: CommandIo): void {
  const cost = costOf(input, prices);
  if (json) stdout.write(`${JSON.stringify(asData(input, cost, prices), null, 2)}\n`);
  else stdout.write(costLines(input, cost, prices, all ?? false));
}

function compare(
  presets: readonly PresetName[],
  inputOf: (preset: string) => CostInput,
  prices: Prices,
  { json }: Values,
  { stdout }: CommandIo,
): void {
  const costs = presets.map((preset) => ({ preset, input: inputOf(preset), cost: costOf(inputOf(preset), prices) }));
  if (json) {
    const data = costs.map(({ preset, input, cost }) => [preset, asData(input, cost, prices)]);
    stdout.write(`${JSON.stringify(Object.fromEntries(data), null, 2)}\n`);
  } else stdout.write(presetLines(costs, prices));
}

function asData(input: CostInput, cost: Cost, prices: Prices) {
  const { pipeline, settings, ...given } = input;
  const { traffic, ...bill } = cost;
  return {
    pipeline: pipeline.name,
    input: given,
    settings,
    traffic,
    ...bill,
    idleDollarsPerMonth: idleCostOf(input, prices).dollarsPerMonth,
    dominant: dominantOf(input, cost, prices),
    prices,
    measured: MEASURED,
    assumed: ASSUMED,
  };
}

async function readSample({ sample, bytes }: Values): Promise<Sample | null> {
  if (sample === undefined) return null;
  if (bytes !== undefined) throw new UsageError('--sample tells the bytes of an event, so leave --bytes out.');
  const lines: Buffer[] = [];
  for await (const line of readLines(sample)) {
    lines.push(line.bytes);
    if (lines.length === SAMPLE_LINES) break;
  }
  return measureSample(lines, sample);
}

function packingOf({ packed, zstd, lanes, linger }: Values, sample: Sample | null): Packing {
  if (packed === undefined && zstd !== true) {
    const needless = lanes === undefined ? linger && '--linger' : '--lanes';
    if (needless)
      throw new UsageError(`${needless} is of records that hold many events: give --packed N or --zstd too.`);
    return { kind: 'none' };
  }
  const packer = {
    recordBytes: wholeNumber(packed, '--packed', DEFAULT_PACKER.recordBytes, 1, MAX_RECORD_BYTES),
    lanes: wholeNumber(lanes, '--lanes', DEFAULT_PACKER.lanes, 1, 100_000),
    lingerSeconds: wholeNumber(linger, '--linger', 1000 * DEFAULT_PACKER.lingerSeconds, 0, 3_600_000) / 1000,
  };
  if (zstd !== true) return { kind: 'plain', ...packer };
  return { kind: 'zstd', ...packer, curve: sample?.curve ?? MEASURED.compression };
}

function checkRegion(region: string | undefined, prices: Prices): void {
  if (region === undefined || region === prices.region) return;
  throw new UsageError(
    `--region is '${region}', and the prices are those of ${prices.region}. Give the prices of ${region} with --prices FILE: JSON with "region": "${region}" and every price that streamgauge cost --json shows.`,
  );
}

async function readPrices(file: string): Promise<Prices> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PricesError(`The prices file ${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  return pricesWith(text, file);
}

function contextOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError(`-c is '${text}', and must be KEY=VALUE, such as shards=4.`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function settingsOf(context: Readonly<Record<string, string>>, preset: string | undefined): PipelineSettings {
  return refusing(() => settingsFromContext(preset === undefined ? context : { ...context, preset }).settings);
}

/** What the command line asks for cannot be deployed, or cannot work: it is the command line that is wrong. */
function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof SettingsError || error instanceof CapacityError) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}
