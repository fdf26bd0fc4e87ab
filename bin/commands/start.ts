import { dirname, relative } from 'node:path';
import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { monotonicClock, systemClock } from '../../adapters/system-clock.ts';
import { isPageUrl, PAGE_URL_WORDS } from '../../contracts/page-url.ts';
import type { ChannelDefinition } from '../../engine/ir/alert.ts';
import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import type { AlertSink } from '../../engine/ports/alert-sink.ts';
import { LocalAlertPublisher } from '../../runtime/alert-publisher.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { startServer } from '../../runtime/http/server.ts';
import { LiveQueryService } from '../../runtime/live/live-queries.ts';
import { LiveRuntime } from '../../runtime/live/live-runtime.ts';
import type { ReplayOptions } from '../../runtime/live/replayer.ts';
import type { LiveStatus } from '../../runtime/live-status.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { TerminalAlertSink } from '../../runtime/terminal/alert-line.ts';
import { canRedraw, colorWanted } from '../../runtime/terminal/color.ts';
import { LiveScreen } from '../../runtime/terminal/live-screen.ts';
import { renderLines } from '../../runtime/terminal/render-lines.ts';
import { renderLine } from '../../runtime/terminal/text.ts';
import { openAlertSinks, unreachable } from '../cli/alert-sinks.ts';
import { parseArguments, positionals, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { openOwnStore } from '../cli/own-store.ts';
import { defaultStorePath, lastingStorePath } from '../cli/store-path.ts';
import { beginAnew } from './start/begin-anew.ts';
import { DEFAULT_EXAMPLE, EXAMPLE_NAMES, exampleNamed } from './start/examples.ts';

const HELP = `Run a pipeline live on this machine: an embedded stream, the Lambdas' handlers, a store on disk.

Usage: streamgauge start PIPELINE.ts [options]
       streamgauge start [--pipeline NAME] [options]

  --pipeline NAME            In place of a file, an example with its data: ${EXAMPLE_NAMES.join(', ')} (default ${DEFAULT_EXAMPLE}).
  --replay STREAM=FILE[.gz]  Send a file's lines into a stream, as a producer would, each line once: a file that has grown
                             goes on, and another file begins at its first line. May be given for several streams.
  --rate N                   Events a second of a replay (default 250, of an example what suits it).
  --shards N                 Shards of each stream, when the store is new (default 2).
  --store PATH               Where the state is kept (default .streamgauge/<pipeline>.db).
  --fresh                    Throw the state away and begin anew.
  --port N                   Serve JSON on 127.0.0.1:N (default 8787; 0 takes any free port).
  --alert-links URL          What links in alerts begin with, where others reach this server (default its own address).
  --until-replayed           Stop once every replayed event is processed.
  --plain                    Plain lines, no live table, also in a terminal.

Stop it with Ctrl-C; started again, it goes on where it was. One process at a time runs on a store: another one ends with
exit code 4 and names the first. Other exit codes: 1 for a failure, 2 where the command line or the pipeline is wrong.

Examples
  streamgauge start --pipeline cloud-metrics
  streamgauge start pipelines/weblog.ts --replay requests=examples/weblog/access-log.jsonl.gz
  streamgauge start pipelines/clickstream.ts --replay clicks=clicks.jsonl --rate 2000 --fresh
`;

const OPTIONS = {
  pipeline: { type: 'string', choices: EXAMPLE_NAMES },
  replay: { type: 'string', multiple: true },
  rate: { type: 'string' },
  shards: { type: 'string' },
  store: { type: 'string' },
  fresh: { type: 'boolean' },
  port: { type: 'string' },
  'alert-links': { type: 'string' },
  'until-replayed': { type: 'boolean' },
  plain: { type: 'boolean' },
} as const;

const TICK_MS = 200;

export const startCommand: Command = {
  name: 'start',
  summary: 'run a pipeline live on this machine',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('start', args, OPTIONS);
    const { file, replay, rate } = whatToStart(given, values.pipeline, values.replay);
    const plan = compilePipeline(await loadPipeline(file));
    const replays = parseReplays(replay, wholeNumber(values.rate, '--rate', rate, 1, 100_000), plan);
    const shards = wholeNumber(values.shards, '--shards', 2, 1, 64);
    const port = wholeNumber(values.port, '--port', 8787, 0, 65_535);
    const alertLinks = pageUrl(values['alert-links']);
    const storePath = lastingStorePath(values.store ?? defaultStorePath(plan));
    await makeFolder(dirname(storePath));
    const terminal = terminalSink(values.plain === true, io);
    const sinks = { terminal, sinkOf: openAlertSinks(plan, terminal, io.env), alertLinks };
    for (const line of unreachable(plan)) io.stderr.write(`${line}\n`);
    const lock = values.fresh ? await beginAnew(storePath, port, replays) : undefined;
    const stores = openOwnStore(storePath, 'streamgauge start', lock);
    try {
      const shownPath = relative(process.cwd(), storePath) || storePath;
      const runtime = await LiveRuntime.open({
        plan,
        stores,
        storePath: shownPath,
        shards,
        replays,
        clock: systemClock,
        monotonic: monotonicClock,
      });
      await serve(runtime, plan, stores, port, values, io, sinks);
      return EXIT_OK;
    } finally {
      stores.close();
    }
  },
};

interface ToStart {
  readonly file: string;
  readonly replay: readonly string[];
  /** Events a second, unless said. */
  readonly rate: number;
}

/** A pipeline by its file, or an example with its own data. */
function whatToStart(given: readonly string[], name: string | undefined, replay: readonly string[] = []): ToStart {
  if (given.length > 0) {
    if (name !== undefined) {
      throw new UsageError(
        `streamgauge start was given the file '${given[0]}' and --pipeline ${name}: give one of them.`,
      );
    }
    const { PIPELINE } = positionals('start', given, ['PIPELINE']);
    return { file: PIPELINE, replay, rate: 250 };
  }
  const example = exampleNamed(name ?? DEFAULT_EXAMPLE);
  return { ...example, replay: replay.length > 0 ? replay : [example.replay] };
}

async function serve(
  runtime: LiveRuntime,
  plan: PipelinePlan,
  stores: EmbeddedStores,
  port: number,
  { plain, 'until-replayed': untilReplayed }: { plain?: boolean | undefined; 'until-replayed'?: boolean | undefined },
  io: CommandIo,
  { terminal, sinkOf, alertLinks }: AlertSinks,
): Promise<void> {
  const server = await startServer({
    port,
    host: '127.0.0.1',
    queries: new LiveQueryService(plan, stores, () => runtime.status()),
  });
  runtime.servedAt(server.url);
  const display =
    canRedraw(io.env, io.stdout) && !plain
      ? new LiveScreen(io.stdout, colorWanted(io.env, io.stdout))
      : new PlainLines(io.stdout);
  const { state, pages, pause, looks } = stores;
  const ports = { state, pages, pause, looks, clock: systemClock, sinkOf, servedAt: alertLinks ?? server.url };
  const alerts = new LocalAlertPublisher(plan, ports, ({ message }) => io.stderr.write(`${message}\n`));
  const show = async () => display.show({ ...(await runtime.status()), alerts: terminal.recent });
  const stop = new StopSignal();
  try {
    while (!stop.requested) {
      await runtime.tick();
      alerts.begin();
      await show();
      if (untilReplayed && runtime.replayed) break;
      await stop.wait(TICK_MS);
    }
    // What was sent by now is processed by the time the process ends.
    await runtime.tick();
    await alerts.end();
    await show();
  } finally {
    stop.dispose();
    display.stop();
    await server.close();
  }
  io.stdout.write(`Stopped. The state is kept: start again to go on.\n`);
}

interface AlertSinks {
  readonly terminal: TerminalAlertSink;
  readonly sinkOf: (channel: ChannelDefinition) => AlertSink | null;
  /** Null: the address of the server. */
  readonly alertLinks: string | null;
}

function pageUrl(given: string | undefined): string | null {
  if (given === undefined || isPageUrl(given)) return given ?? null;
  throw new UsageError(`--alert-links is '${given}', and must be ${PAGE_URL_WORDS}.`);
}

/** A live table has the last messages in it; otherwise each is a line. */
function terminalSink(plain: boolean, { stdout, env }: CommandIo): TerminalAlertSink {
  if (canRedraw(env, stdout) && !plain) return new TerminalAlertSink(null);
  const color = colorWanted(env, stdout);
  return new TerminalAlertSink((line) => stdout.write(`${renderLine(line, Number.POSITIVE_INFINITY, color)}\n`));
}

/** What there is instead of a live table where the output is not a terminal. */
class PlainLines {
  readonly #stdout: NodeJS.WritableStream;
  #previous: LiveStatus | null = null;

  constructor(stdout: NodeJS.WritableStream) {
    this.#stdout = stdout;
  }

  show(status: LiveStatus): void {
    for (const line of renderLines(this.#previous, status)) this.#stdout.write(`${line}\n`);
    this.#previous = status;
  }

  stop(): void {}
}

/** Ctrl-C and SIGTERM end the loop between two ticks. */
class StopSignal {
  requested = false;
  #wake: () => void = () => {};
  readonly #onSignal = () => {
    this.requested = true;
    this.#wake();
  };

  constructor() {
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  wait(ms: number): Promise<void> {
    if (this.requested) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  dispose(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}

function parseReplays(
  given: readonly string[],
  eventsPerSecond: number,
  plan: PipelinePlan,
): Map<string, ReplayOptions> {
  const streams = plan.streams.map(({ name }) => name);
  const replays = new Map<string, ReplayOptions>();
  for (const text of given) {
    const [, stream, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (stream === undefined || file === undefined || !streams.includes(stream)) {
      throw new UsageError(
        `--replay is '${text}', and must be STREAM=FILE. Pipeline '${plan.name}' reads ${streams.join(', ')}.`,
      );
    }
    const other = replays.get(stream);
    if (other !== undefined) {
      throw new UsageError(
        `--replay names the stream '${stream}' twice, with ${other.file} and ${file}, and a stream takes one file at a time. Replay one after the other.`,
      );
    }
    replays.set(stream, { file, eventsPerSecond });
  }
  return replays;
}
