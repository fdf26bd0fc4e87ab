import { dirname, relative } from 'node:path';
import { randomHashKey } from '../../adapters/hash-key.ts';

import { monotonicClock, systemClock } from '../../adapters/system-clock.ts';
import { isPageUrl, PAGE_URL_WORDS } from '../../contracts/page-url.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { makeFolder } from '../../runtime/files/make-folder.ts';
import { PageFiles } from '../../runtime/http/page-files.ts';
import { startServer } from '../../runtime/http/server.ts';
import { eventReceivers } from '../../runtime/live/event-receivers.ts';
import { LiveApi } from '../../runtime/live/live-api.ts';
import { LiveRuntime } from '../../runtime/live/live-runtime.ts';
import { PipelineFile } from '../../runtime/live/pipeline-file.ts';
import { Reloader } from '../../runtime/live/reloader.ts';
import { openAlertSinks, unreachable } from '../cli/alert-sinks.ts';
import { parseArguments, wholeNumber } from '../cli/arguments.ts';
import { type Command, type CommandIo, EXIT_OK, UsageError } from '../cli/command.ts';
import { openOwnStore } from '../cli/own-store.ts';
import { StopSignal } from '../cli/stop-signal.ts';
import { defaultStorePath, lastingStorePath } from '../cli/store-path.ts';
import { beginAnew } from './dev/begin-anew.ts';
import { costAtOf } from './dev/cost-at.ts';
import { alertSinkOf, displayOf } from './dev/display.ts';
import { DEFAULT_EXAMPLE, EXAMPLE_NAMES } from './dev/examples.ts';
import { openBrowser } from './dev/open-browser.ts';
import { parseInputs, startingPosition, whatToRun } from './dev/options.ts';
import { DevSession } from './dev/session.ts';

const HELP = `Run a pipeline live on this machine: an embedded stream, the code that runs on AWS, a store on disk.

Usage: streamgauge dev [PIPELINE.ts] [options]

Without PIPELINE.ts it runs pipeline.ts in this folder, or else an example. Save the file, or one that it imports by its path,
and the pipeline is loaded again: views whose definition is the same go on. An error is shown, and what ran before goes on.

It takes events while it runs: POST /streams/STREAM/events with JSON or JSON Lines, and the API of Kinesis, to which a producer
sends that has AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:8787 in its environment, and nothing else to change.

  --input STREAM=FILE[.gz]  Send a file's lines into a stream, as a producer would, each line once: a file that has grown
                            goes on, and another file begins at its first line. May be given for several streams.
  --replay STREAM=FILE      The former name of --input.
  --tail STREAM=FILE        Send a file's lines from the first one on, and then new ones as they are written, each once.
                            The file may be rotated, cut short, or not there yet. May be given several times.
  --stdin STREAM            Send the lines that come in on a pipe. At its end all that came is kept, and dev goes on.
  --rate N                  Events a second of --input (default 250, of an example what suits it).
  --at-once N               The first lines of --input, so many, come at once, and the others at --rate: for what detectors
                            learn from (default 0, of an example what suits it).
  --starting-position TIME  Pass over the lines of --input, --tail and --stdin whose events happened before TIME, such as
                            2026-03-01T00:00:00Z, and mark rows of windows that began before it partial (default oldest:
                            none). The store keeps how far a file was read, so another TIME counts for what comes later.
  --pipeline NAME           An example with its data: ${EXAMPLE_NAMES.join(', ')} (default ${DEFAULT_EXAMPLE}).
  --shards N                Shards of each stream, when the store is new (default 2).
  --store PATH              Where the state is kept (default .streamgauge/<pipeline>.db).
  --fresh                   Throw the state away and start over.
  --port N                  Serve JSON and take events on 127.0.0.1:N (default 8787; 0 takes any free port).
  --open                    Open the browser there.
  --alert-links URL         What links in alerts begin with, where others reach this server (default its own address).
  --until-replayed          Stop once everything from --input and --stdin is processed.
  --plain                   Plain lines, no live table, also in a terminal.

Stop it with Ctrl-C; started again, it goes on where it was. One process at a time runs on a store: another one ends with
exit code 4 and names the first. Other exit codes: 1 for a failure, 2 where the command line or the pipeline is wrong.
For files alone, with an end, there is streamgauge run.

Examples
  streamgauge dev --pipeline cloud-metrics
  streamgauge dev pipelines/weblog.ts --input requests=examples/weblog/access-log.jsonl.gz
  streamgauge dev pipelines/clickstream.ts --tail clicks=/var/log/shop/clicks.jsonl
  my-producer | streamgauge dev pipelines/clickstream.ts --stdin clicks --fresh
`;

const OPTIONS = {
  pipeline: { type: 'string', choices: EXAMPLE_NAMES },
  input: { type: 'string', multiple: true },
  replay: { type: 'string', multiple: true },
  tail: { type: 'string', multiple: true },
  stdin: { type: 'string' },
  rate: { type: 'string' },
  'at-once': { type: 'string' },
  'starting-position': { type: 'string' },
  shards: { type: 'string' },
  store: { type: 'string' },
  fresh: { type: 'boolean' },
  port: { type: 'string' },
  open: { type: 'boolean' },
  'alert-links': { type: 'string' },
  'until-replayed': { type: 'boolean' },
  plain: { type: 'boolean' },
} as const;

const TICK_MS = 200;

export const devCommand: Command = {
  name: 'dev',
  help: HELP,
  options: OPTIONS,
  async run(args, io) {
    const { values, positionals: given } = parseArguments('dev', args, OPTIONS);
    const { input = [], replay = [], tail = [], stdin, plain = false } = values;
    if (replay.length > 0) io.stderr.write('--replay is called --input now. It still works.\n');
    const toRun = whatToRun(given, values.pipeline, { input: [...input, ...replay], tail, stdin });
    const file = new PipelineFile(toRun.file, io.registerHooks);
    try {
      const plan = compilePipeline(await file.load(), { hashKey: randomHashKey() });
      const eventsPerSecond = wholeNumber(values.rate, '--rate', toRun.rate, 1, 100_000);
      const atOnce = wholeNumber(values['at-once'], '--at-once', toRun.atOnce, 0, 1_000_000_000);
      const startsAtMs = startingPosition(values['starting-position']);
      const inputs = { ...parseInputs(toRun, { eventsPerSecond, atOnce }, plan, io), startsAtMs };
      const shards = wholeNumber(values.shards, '--shards', 2, 1, 64);
      const port = wholeNumber(values.port, '--port', 8787, 0, 65_535);
      const alertLinks = pageUrl(values['alert-links']);
      const storePath = lastingStorePath(values.store ?? defaultStorePath(plan));
      await makeFolder(dirname(storePath));
      const terminal = alertSinkOf(io, plain);
      const sinksOf = (of: typeof plan) => openAlertSinks(of, terminal, io.env);
      // Better now than once the store is thrown away.
      sinksOf(plan);
      for (const line of unreachable(plan)) io.stderr.write(`${line}\n`);
      const lock = values.fresh ? await beginAnew(storePath, port, inputs) : undefined;
      const stores = openOwnStore(storePath, 'streamgauge dev', lock);
      try {
        const shownPath = relative(process.cwd(), storePath) || storePath;
        const clocks = { clock: systemClock, monotonic: monotonicClock };
        const runtime = await LiveRuntime.open({ plan, stores, storePath: shownPath, shards, ...inputs, ...clocks });
        const onProblem = (sentence: string) => io.stderr.write(`${sentence}\n`);
        const session = { runtime, stores, reloader: new Reloader(file), terminal, sinksOf, onProblem };
        await serve(session, port, alertLinks, values, io);
        return EXIT_OK;
      } finally {
        stores.close();
      }
    } finally {
      file.close();
    }
  },
};

function pageUrl(given: string | undefined): string | null {
  if (given === undefined || isPageUrl(given)) return given ?? null;
  throw new UsageError(`--alert-links is '${given}', and must be ${PAGE_URL_WORDS}.`);
}

interface ServeOptions {
  readonly plain?: boolean | undefined;
  readonly open?: boolean | undefined;
  readonly 'until-replayed'?: boolean | undefined;
}

async function serve(
  options: ConstructorParameters<typeof DevSession>[0],
  port: number,
  alertLinks: string | null,
  { plain = false, open = false, 'until-replayed': untilReplayed = false }: ServeOptions,
  io: CommandIo,
): Promise<void> {
  const { runtime, stores } = options;
  const onError = (error: unknown) => options.onProblem(error instanceof Error ? error.message : String(error));
  const page = PageFiles.read();
  const api = new LiveApi({
    plan: () => runtime.plan,
    status: () => session.status(),
    stores,
    clock: systemClock,
    pageBuild: page?.build ?? '',
    costAt: costAtOf(() => runtime.plan),
    told: () => options.terminal.told,
    onError,
  });
  const server = await startServer({
    port,
    host: '127.0.0.1',
    api,
    page,
    receivers: eventReceivers({
      plan: () => runtime.plan,
      log: stores.log,
      clock: systemClock,
      onError,
    }),
  });
  runtime.servedAt(server.url);
  const session = new DevSession(options, alertLinks ?? server.url);
  const display = displayOf(io, plain);
  const stop = new StopSignal();
  if (open) openBrowser(server.url, io, options.onProblem);
  try {
    while (!stop.requested) {
      await session.tick();
      const status = await session.status();
      await api.tick(status);
      display.show(status);
      if (untilReplayed && runtime.replayed) break;
      await stop.wait(runtime.isBehind ? 0 : TICK_MS);
    }
    await session.end();
    display.show(await session.status());
  } finally {
    stop.dispose();
    display.stop();
    await server.close();
    await runtime.close();
  }
  io.stdout.write('Stopped. The state is kept: start again to go on.\n');
}
