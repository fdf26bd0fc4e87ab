import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import type { PipelinePlan } from '../engine/plan/plan.ts';
import type { StateStore } from '../engine/ports/state-store.ts';
import { fileHead, inputFile } from './input/input-file.ts';

/** The store of a run was made by a different run. The message says what differs. */
export class RunSettingsError extends StreamgaugeError {
  override readonly name = 'RunSettingsError';
  readonly code = 'runSettings';
}

/** What must stay the same for a run to go on from a store: positions in it are line numbers of just these inputs. */
interface RunSettings {
  readonly views: readonly string[];
  readonly shards: number;
  /** The watermark stayed where it was while files were read. Stores of before have no such run. */
  readonly sort?: boolean;
  readonly inputs: readonly InputFacts[];
  /** Every window was closed at the end of the inputs: nothing can be added any more. */
  readonly ended: boolean;
}

interface InputFacts {
  readonly stream: string;
  readonly file: string;
  readonly bytes: number;
  readonly headBytes: number;
  /** A hash of so many of its first bytes, or `PIPE`. */
  readonly head: string;
}

const PIPE = 'pipe';

const KEY = { partition: 'run', sort: 'settings' };
const HEAD_BYTES = 64 * 1024;

/** Remembers what a run is made of, or checks that this one continues what the store remembers. */
export class RunLedger {
  readonly #state: StateStore;
  #settings: RunSettings;
  #version: number;

  private constructor(state: StateStore, settings: RunSettings, version: number) {
    this.#state = state;
    this.#settings = settings;
    this.#version = version;
  }

  static async open(
    state: StateStore,
    plan: PipelinePlan,
    inputs: ReadonlyMap<string, readonly string[]>,
    { shards, sort }: { readonly shards: number; readonly sort: boolean },
  ): Promise<RunLedger> {
    const stored = await state.get(KEY);
    const previous = stored === null ? null : (JSON.parse(String(stored.data)) as RunSettings);
    const facts = await inputFacts(inputs, previous?.inputs ?? []);
    const views = plan.views.map((view) => view.key).sort();
    const current: RunSettings = { views, shards, sort, inputs: facts, ended: previous?.ended ?? false };
    if (previous !== null) refuseOtherRun(previous, current);
    const ledger = new RunLedger(state, current, stored?.version ?? 0);
    await ledger.#save(current);
    return ledger;
  }

  /** Remembers that the end of the inputs closed every window. */
  async end(): Promise<void> {
    await this.#save({ ...this.#settings, ended: true });
  }

  async #save(settings: RunSettings): Promise<void> {
    const version = this.#version + 1;
    const condition =
      this.#version === 0 ? { kind: 'absent' as const } : { kind: 'version' as const, is: this.#version };
    const outcome = await this.#state.transact([
      { kind: 'put', key: KEY, version, data: JSON.stringify(settings), condition },
    ]);
    if (outcome.kind === 'conditionFailed') {
      throw new RunSettingsError(
        'Another process is running with the same --store. Wait for it, or give another store.',
      );
    }
    this.#settings = settings;
    this.#version = version;
  }
}

async function inputFacts(
  inputs: ReadonlyMap<string, readonly string[]>,
  previous: readonly InputFacts[],
): Promise<InputFacts[]> {
  const files = [...inputs].flatMap(([stream, paths]) => paths.map((path) => ({ stream, path })));
  return Promise.all(
    files.map(async ({ stream, path }, index) => {
      const found = await inputFile(path);
      if (found.kind === 'pipe') return { stream, file: path, bytes: 0, headBytes: 0, head: PIPE };
      const { bytes } = found;
      // A file that has grown is compared by as much of its beginning as the earlier run saw.
      const headBytes = Math.min(HEAD_BYTES, bytes, previous[index]?.headBytes ?? HEAD_BYTES);
      const head = createHash('sha256')
        .update(await fileHead(path, headBytes))
        .digest('hex');
      return { stream, file: basename(path), bytes, headBytes, head };
    }),
  );
}

function refuseOtherRun(previous: RunSettings, current: RunSettings): void {
  const advice = 'Give another --store, or the same settings as before.';
  if (previous.views.join() !== current.views.join()) {
    throw new RunSettingsError(
      `The store was made with other view definitions (${previous.views.join(', ')}). ${advice}`,
    );
  }
  if (previous.shards !== current.shards) {
    throw new RunSettingsError(
      `The store was made with --shards ${previous.shards}, and this run has ${current.shards}. ${advice}`,
    );
  }
  if ((previous.sort ?? false) !== current.sort) {
    throw new RunSettingsError(
      `The store was made ${previous.sort ? 'with' : 'without'} --sort, and this run is ${current.sort ? 'with' : 'without'} it. ${advice}`,
    );
  }
  if (previous.inputs.length !== current.inputs.length) {
    throw new RunSettingsError(
      `The store was made from ${previous.inputs.length} input files, and this run has ${current.inputs.length}. ${advice}`,
    );
  }
  previous.inputs.forEach((before, index) => {
    const now = current.inputs[index];
    if (now?.head === PIPE) {
      throw new RunSettingsError(
        `The store holds an earlier run, and ${now.file} is a pipe: nobody can tell what of it was read before. Write it into a file first, or give another --store.`,
      );
    }
    if (now === undefined || now.stream !== before.stream || now.head !== before.head || now.bytes < before.bytes) {
      throw new RunSettingsError(
        `The store was made from another input file than ${now?.file} for stream '${before.stream}'. ${advice}`,
      );
    }
    if (now.bytes !== before.bytes && current.inputs[index + 1]?.stream === now.stream) {
      throw new RunSettingsError(
        `The input ${now.file} of stream '${now.stream}' has grown, and another file follows it, whose lines the store knows by number: only the last file of a stream may grow. Give what is new as another run, or give another --store.`,
      );
    }
    if (previous.ended && now.bytes !== before.bytes) {
      throw new RunSettingsError(
        `The input ${now.file} has grown since the store's windows were closed at its end, so what is new would be late. Run with --no-flush to leave windows open, or give another --store.`,
      );
    }
  });
}
