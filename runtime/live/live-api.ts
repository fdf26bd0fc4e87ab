import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { createApi } from '../../api/app.ts';
import { LiveFeed } from '../../api/live-feed.ts';
import { FeedReaders } from '../../api/live-readers.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import type { Input } from '../../api/schemas/streams.ts';
import type { ApiSource } from '../../api/source.ts';
import { loadAcknowledgements } from '../../engine/alerts/acknowledgements.ts';
import { loadSilences } from '../../engine/alerts/silences.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { AlertMessage } from '../../engine/ports/alert-sink.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { readOpenIncidents } from '../../engine/query/open-incidents.ts';
import type { InputStatus, LiveStatus, ReplayStatus } from '../live-status.ts';
import { type CostAt, OverviewMaker } from './overview.ts';
import { ResultsInTurns, Turns } from './turns.ts';

export interface LiveApiOptions {
  readonly plan: () => PipelinePlan;
  readonly status: () => Promise<LiveStatus>;
  readonly stores: EmbeddedStores;
  readonly clock: Clock;
  /** Of the page that is served; empty where none is. */
  readonly pageBuild: string;
  readonly costAt?: CostAt;
  /** Messages about alerts that this process has told. */
  readonly told?: () => readonly AlertMessage[];
  readonly onError: (error: unknown) => void;
}

const PATCH_EVERY_MS = 1000;

/** The API of the pipeline that this process runs. Whoever drives the runtime calls `tick` after each round. */
export class LiveApi {
  readonly #options: LiveApiOptions;
  readonly #maker: OverviewMaker;
  readonly #readers: FeedReaders;
  readonly #app: ReturnType<typeof createApi>;
  readonly #turns = new Turns();
  #patchedMs = Number.NEGATIVE_INFINITY;

  constructor(options: LiveApiOptions) {
    const { clock, costAt, onError } = options;
    this.#options = options;
    const startedMs = clock.nowMs();
    this.#maker = new OverviewMaker(startedMs, costAt);
    this.#readers = new FeedReaders(new LiveFeed({ name: startedMs.toString(36) }), () => this.#overview());
    this.#app = createApi({ source: () => this.#source(), live: this.#readers, onError });
  }

  fetch = (request: Request): Response | Promise<Response> => this.#app.fetch(request);

  /** Tells those who read what has changed, once a second. `status` is that of now. */
  async tick(status: LiveStatus): Promise<void> {
    this.#maker.observe(status);
    const { nowMs } = status;
    if (nowMs - this.#patchedMs < PATCH_EVERY_MS && nowMs >= this.#patchedMs) return;
    this.#patchedMs = nowMs;
    await this.#readers.tick();
  }

  async #overview(): Promise<Overview> {
    const { plan, status, stores, clock } = this.#options;
    const now = plan();
    return this.#maker.make({
      plan: now,
      status: await status(),
      incidents: await readOpenIncidents(now, stores),
      acknowledgements: await loadAcknowledgements(stores.state),
      silences: (await loadSilences(stores.state)).filter(({ toMs }) => toMs > clock.nowMs()).length,
    });
  }

  async #feedsOf(name: string) {
    const { streams } = await this.#options.status();
    const stream = streams.find((each) => each.name === name);
    return {
      waiting: new Map(stream?.shards.map(({ id, lag }) => [id, lag] as const)),
      inputs: [...(stream?.replay ? [replayed(stream.replay)] : []), ...(stream?.inputs ?? []).map(inputOf)],
    };
  }

  #source(): ApiSource {
    const { plan, stores, clock, pageBuild, told } = this.#options;
    const now = plan();
    const streams = new Map(now.streams.map(({ name, definition }) => [name, definition]));
    return {
      plan: now,
      ports: { ...stores, results: new ResultsInTurns(stores.results, this.#turns) },
      sideOutputs: stores.keptOf(streams),
      runsOn: 'local',
      allowed: { acknowledge: true, redrive: true, send: true },
      pageBuild,
      nowMs: () => clock.nowMs(),
      overview: () => this.#overview(),
      incidents: () => readOpenIncidents(now, stores),
      feedsOf: (stream) => this.#feedsOf(stream),
      ...(told !== undefined && { told }),
    };
  }
}

function replayed({ file, sent, resumedAt, done }: ReplayStatus): Input {
  return { kind: 'replay', file, sent, resumed_at: resumedAt, done, behind: null, problem: null };
}

function inputOf(input: InputStatus): Input {
  if (input.kind === 'tail') {
    const { kind, file, sent, resumedAt, behindBytes, problem } = input;
    return { kind, file, sent, resumed_at: resumedAt, done: false, behind: behindBytes, problem };
  }
  const { kind, sent, waiting, done } = input;
  return { kind, file: null, sent, resumed_at: 0, done, behind: waiting, problem: null };
}
