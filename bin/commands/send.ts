import type { PutRecordsInput } from '@aws-sdk/client-kinesis';
import { type KeyedStream, partitionKeyOfLine } from '../../adapters/shard-of.ts';
import { Bill } from '../../contracts/billing.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { isText } from '../../engine/ir/stream-format.ts';
import { greatest } from '../../engine/lists/extremes.ts';
import { Producer, type ProducerMetrics, type PutRecords, REAL_TIMERS } from '../../producer/index.ts';
import { putRecordsWith } from '../../producer/put-records.ts';
import { inputFile } from '../../runtime/input/input-file.ts';
import type { InputLine } from '../../runtime/input/input-line.ts';
import { type InputOf, readRecords, readRecordsOf, rowFormat } from '../../runtime/input/records.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { Pacer } from '../../runtime/send/pacer.ts';
import { type LinesSent, sendLines } from '../../runtime/send/send-lines.ts';
import { canRedraw, colorWanted } from '../../runtime/terminal/color.ts';
import { formatCount } from '../../runtime/terminal/format.ts';
import { createProgress, type Progress } from '../../runtime/terminal/progress.ts';
import { parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_FAILURE, EXIT_OK, UsageError } from '../cli/command.ts';

const HELP = `Send events from a file or a pipe to a Kinesis stream, packed and compressed.

Usage: streamgauge send STREAM --input FILE[.gz]|- [options]

  STREAM              The stream: of the pipeline, if one is given, or by its name in Kinesis.
  --input FILE        JSON Lines, one event a line; .gz is unpacked; - is standard input.
  --pipeline FILE     The pipeline that has the stream: events are kept in order by its partition key.
  --key FIELD         The partition key, where no pipeline is given (default: none, the events spread evenly).
  --stream-name NAME  The name of the stream in Kinesis (default: STREAM). A deployed stack prints it.
  --rate N            Events in a second (default: as fast as Kinesis takes them).
  --lanes N           Groups of keys that make records of their own: at least as many as shards (default 8).
  --dry-run           Pack, but send nothing: shows how many records it makes and what they are billed as.
  --json              Print the summary as JSON.

Every line is sent as it is. Region, credentials and endpoint (AWS_ENDPOINT_URL) are those of the AWS SDK.

Examples
  streamgauge send clicks --input clicks.jsonl.gz --pipeline pipelines/clickstream.ts --stream-name my-app-clicks
  streamgauge generate clickstream --events 100000 | streamgauge send clicks --input - --key user_id --rate 500
  streamgauge send clicks --input clicks.jsonl --pipeline pipelines/clickstream.ts --dry-run
`;

const OPTIONS = {
  input: { type: 'string' },
  pipeline: { type: 'string' },
  key: { type: 'string' },
  'stream-name': { type: 'string' },
  rate: { type: 'string' },
  lanes: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const sendCommand: Command = {
  name: 'send',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('send', args, OPTIONS);
    const { STREAM } = positionals('send', given, ['STREAM']);
    if (values.input === undefined)
      throw new UsageError('streamgauge send needs --input FILE, or - for standard input.');
    const perSecond = wholeNumber(values.rate, '--rate', 0, 1, 1_000_000);
    const lanes = wholeNumber(values.lanes, '--lanes', 8, 1, 256);
    const stream = await streamOf(STREAM, values.pipeline, values.key);
    const isDry = values['dry-run'] === true;
    const connection = isDry ? DRY : await connect();
    const bills = { packed: new Bill(), unpacked: new Bill() };
    const producer = new Producer({
      putRecords: counted(connection.putRecords, bills.packed),
      streamName: values['stream-name'] ?? STREAM,
      partitionKey: () => '',
      lanes,
    });
    const started = performance.now();
    const progress = progressOf(STREAM, io);
    try {
      const sent = await sendLines({
        lines: await openInput(values.input, stream?.format === undefined ? null : stream, io, progress),
        producer,
        keyOf: (line) => (stream === null ? line.toString('latin1') : partitionKeyOfLine(stream, line)),
        pace: paceOf(perSecond),
        onLine: (line) => bills.unpacked.add(line.length),
      });
      await producer.close();
      progress.finish();
      const elapsedMs = Math.round(performance.now() - started);
      print({ stream: STREAM, sent, metrics: producer.metrics(), bills, elapsedMs, isDry }, values.json === true, io);
      return sent.refused === 0 ? EXIT_OK : EXIT_FAILURE;
    } catch (error) {
      progress.finish();
      io.stderr.write(`${formatCount(producer.metrics().sent)} events were sent before this failed.\n`);
      throw error;
    } finally {
      connection.close();
    }
  },
};

/** The stream of the pipeline, or what is known of it; null where that is nothing. */
async function streamOf(name: string, file: string | undefined, key: string | undefined): Promise<KeyedStream | null> {
  if (file === undefined) return key === undefined ? null : { partitionKey: key };
  if (key !== undefined) throw new UsageError('--key is given by the pipeline: leave out one of the two.');
  const { streams } = await loadPipeline(file);
  const stream: StreamDefinition | undefined = streams.find((candidate) => candidate.name === name);
  if (stream) return sendable(stream);
  const names = streams.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`The pipeline ${file} has no stream '${name}'. It has ${names}.`);
}

/** Records are packed from lines, so each has to say by itself what it is. */
function sendable(stream: StreamDefinition): StreamDefinition {
  const { format, name } = stream;
  if (
    rowFormat(stream) === null ||
    !isText(format) ||
    (format.header ?? null) !== null ||
    format.kind === 'vpc-flow-log'
  )
    return stream;
  throw new UsageError(
    `Stream '${name}' has the format ${format.kind} with a header row, which no record of a few lines has. Say the header in the format: { kind: '${format.kind}', header: [...] }.`,
  );
}

async function openInput(
  input: string,
  of: InputOf,
  io: CommandIo,
  progress: Progress,
): Promise<AsyncIterable<InputLine>> {
  if (input === '-') {
    if (io.stdin === undefined) throw new UsageError('--input is -, and there is no standard input.');
    return counting(readRecordsOf(io.stdin, of), progress);
  }
  const file = await inputFile(input);
  if (file.kind === 'pipe') return counting(readRecords(input, of), progress);
  return readRecords(input, of, (bytes) => progress.update(bytes, file.bytes));
}

async function* counting(lines: AsyncIterable<InputLine>, progress: Progress): AsyncGenerator<InputLine> {
  let count = 0;
  for await (const line of lines) {
    progress.update(++count);
    yield line;
  }
}

function progressOf(label: string, { stderr, env }: CommandIo): Progress {
  return createProgress({ stream: stderr, isTTY: canRedraw(env, stderr), color: colorWanted(env, stderr), label });
}

function paceOf(perSecond: number): () => Promise<void> {
  if (perSecond === 0) return async () => {};
  const pacer = new Pacer(perSecond, REAL_TIMERS);
  return () => pacer.next();
}

interface Connection {
  readonly putRecords: PutRecords;
  close(): void;
}

const DRY: Connection = {
  putRecords: async ({ Records = [] }) => ({ Records: Records.map(() => ({ SequenceNumber: '0' })) }),
  close: () => {},
};

/** The SDK is loaded here, so that other commands need not have it. */
async function connect(): Promise<Connection> {
  const { createKinesisClient } = await import('../../adapters/aws/kinesis-client.ts');
  const client = createKinesisClient({ maxAttempts: 1, requestTimeoutMs: 10_000 });
  await client.config.region().catch((error: Error) => {
    throw new UsageError(`There is no AWS region (${error.message}). Set AWS_REGION.`);
  });
  await client.config.credentials().catch((error: Error) => {
    throw new UsageError(`There are no AWS credentials (${error.message}). Log in, or set AWS_PROFILE.`);
  });
  return { putRecords: putRecordsWith(client), close: () => client.destroy() };
}

/** Adds up what was confirmed. */
function counted(putRecords: PutRecords, bill: Bill): PutRecords {
  return async (input: PutRecordsInput, signal) => {
    const output = await putRecords(input, signal);
    for (const [index, { Data, PartitionKey }] of (input.Records ?? []).entries()) {
      const isTaken = output.Records?.[index]?.SequenceNumber !== undefined;
      if (isTaken) bill.add((Data?.length ?? 0) + (PartitionKey?.length ?? 0));
    }
    return output;
  };
}

interface Summary {
  readonly stream: string;
  readonly sent: LinesSent;
  readonly metrics: ProducerMetrics;
  readonly bills: { readonly packed: Bill; readonly unpacked: Bill };
  readonly elapsedMs: number;
  readonly isDry: boolean;
}

function print({ stream, sent, metrics, bills, elapsedMs, isDry }: Summary, json: boolean, io: CommandIo): void {
  if (sent.firstRefusal !== null) io.stderr.write(`streamgauge: ${sent.firstRefusal}\n`);
  if (json) {
    const { requests, retriedRecords, recordBytes, eventBytes } = metrics;
    const counts = { events: metrics.sent, refused: sent.refused, records: metrics.records, requests, retriedRecords };
    const facts = { stream, dryRun: isDry, ...counts, recordBytes, eventBytes, billedAs: bills, elapsedMs };
    io.stdout.write(`${JSON.stringify(facts)}\n`);
    return;
  }
  const share = metrics.eventBytes === 0 ? 0 : (100 * metrics.recordBytes) / metrics.eventBytes;
  io.stdout.write(
    `${formatCount(metrics.sent)} events ${isDry ? 'would be' : 'are'} sent in ${formatCount(metrics.records)} records: ` +
      `${formatCount(metrics.recordBytes)} bytes, ${share.toFixed(1)} % of the events' own\n`,
  );
  if (sent.refused > 0) io.stdout.write(`${formatCount(sent.refused)} lines were not sent\n`);
  if (metrics.retriedRecords > 0) io.stdout.write(`${formatCount(metrics.retriedRecords)} records were sent again\n`);
  io.stdout.write(
    billTable([
      ['packed', bills.packed],
      ['one event a record', bills.unpacked],
    ]),
  );
  io.stdout.write(`${(elapsedMs / 1000).toFixed(2)} s\n`);
}

function billTable(rows: readonly (readonly [name: string, bill: Bill])[]): string {
  const cells = rows.map(([name, { records, putUnits, onDemandBytes, firehoseBytes }]) => [
    name,
    ...[records, putUnits, onDemandBytes, firehoseBytes].map(formatCount),
  ]);
  const table = [['billed as', 'records', 'put units', 'bytes on demand', 'bytes of Firehose'], ...cells];
  const widths = (table[0] as string[]).map((_, column) => greatest(table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${table.map(line).join('\n')}\n`;
}
