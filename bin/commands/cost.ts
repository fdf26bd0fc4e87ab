import { readFile } from 'node:fs/promises';
import { LIST_PRICES, type Prices, PricesError, pricesWith } from '../../contracts/prices.ts';
import { type Cost, costOf } from '../../cost/cost-model.ts';
import { MEASURED } from '../../cost/measured.ts';
import { ASSUMED, type CostInput } from '../../cost/traffic.ts';
import { settingsFromContext } from '../../lib/context-settings.ts';
import { PRESETS, type PresetName } from '../../lib/presets.ts';
import { type PipelineSettings, SettingsError } from '../../lib/settings.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { costLines, presetLines } from './cost-text.ts';

const HELP = `Reckon what a pipeline costs on AWS: by service, a month and per million events.

Usage: streamgauge cost PIPELINE.ts --rate N [options]

  --rate N         Events a second, of all streams together.
  --bytes N        Bytes of an event (default 230).
  --packed N       Bytes of a record that producers pack events in (default: each event is a record).
  --groups N       Different groups in a window (default 1000).
  --preset NAME    lowLatency, balanced or lowCost (default balanced); all compares them.
  -c KEY=VALUE     A setting of the deployment, as cdk takes it; may be given often.
  --archive        With Firehose, which keeps every record in S3.
  --prices FILE    JSON of prices to put in the place of the list prices, all or some.
  --json           For machines.

Examples
  streamgauge cost pipelines/clickstream.ts --rate 1000
  streamgauge cost pipelines/clickstream.ts --rate 1000 --packed 25000 --preset lowCost -c shards=2
  streamgauge cost pipelines/clickstream.ts --rate 1000 --packed 25000 --preset all
`;

const OPTIONS = {
  rate: { type: 'string' },
  bytes: { type: 'string' },
  packed: { type: 'string' },
  groups: { type: 'string' },
  preset: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true },
  archive: { type: 'boolean' },
  prices: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const MAX_RECORD_BYTES = 1_000_000;

export const costCommand: Command = {
  name: 'cost',
  summary: 'reckon what a pipeline costs on AWS',
  help: HELP,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('cost', args, OPTIONS);
    const { PIPELINE } = positionals('cost', given, ['PIPELINE']);
    if (values.rate === undefined) throw new UsageError('streamgauge cost needs --rate N, the events a second.');
    const packed = values.packed === undefined ? null : wholeNumber(values.packed, '--packed', 0, 1, MAX_RECORD_BYTES);
    const traffic = {
      pipeline: await loadPipeline(PIPELINE),
      eventsPerSecond: wholeNumber(values.rate, '--rate', 0, 1, 10_000_000),
      eventBytes: wholeNumber(values.bytes, '--bytes', 230, 2, MAX_RECORD_BYTES),
      packedBytes: packed,
      groups: wholeNumber(values.groups, '--groups', 1000, 1, 1_000_000_000),
      archive: values.archive ?? false,
    };
    const prices = values.prices === undefined ? LIST_PRICES : await readPrices(values.prices);
    const context = contextOf(values.context ?? []);
    const inputOf = (preset: string | undefined): CostInput => ({ ...traffic, settings: settingsOf(context, preset) });
    if (values.preset === 'all') compare(Object.keys(PRESETS) as PresetName[], inputOf, prices, values.json, io);
    else show(inputOf(values.preset), prices, values.json, io);
    return EXIT_OK;
  },
};

function show(input: CostInput, prices: Prices, json: boolean | undefined, { stdout }: CommandIo): void {
  const cost = costOf(input, prices);
  stdout.write(json ? `${JSON.stringify(asData(input, cost, prices), null, 2)}\n` : costLines(input, cost, prices));
}

function compare(
  presets: readonly PresetName[],
  inputOf: (preset: string) => CostInput,
  prices: Prices,
  json: boolean | undefined,
  { stdout }: CommandIo,
): void {
  const costs = presets.map((preset) => ({ preset, input: inputOf(preset), cost: costOf(inputOf(preset), prices) }));
  if (json) {
    const data = costs.map(({ preset, input, cost }) => [preset, asData(input, cost, prices)]);
    stdout.write(`${JSON.stringify(Object.fromEntries(data), null, 2)}\n`);
  } else stdout.write(presetLines(costs, prices));
}

function asData({ pipeline, settings, ...input }: CostInput, { traffic, ...cost }: Cost, prices: Prices) {
  return { pipeline: pipeline.name, input, settings, traffic, ...cost, prices, measured: MEASURED, assumed: ASSUMED };
}

async function readPrices(file: string): Promise<Prices> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new PricesError(`The prices file ${file} cannot be read: ${error.message}.`, { cause: error });
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
  try {
    return settingsFromContext(preset === undefined ? context : { ...context, preset }).settings;
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
}
