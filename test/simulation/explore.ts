import { createHash } from 'node:crypto';
import { type FaultRates, NO_FAULTS } from './faults.ts';
import { violations } from './invariants/check.ts';
import { SMALL } from './pipelines.ts';
import { type Choices, Random, SeededChoices } from './random.ts';
import { closeAll, comeToRest } from './scenario.ts';
import { World } from './world.ts';

/** What can go wrong once in the smallest case, wherever it can: faults of the stores by their kind, or one of the others. */
export const SMALL_FAULTS = {
  nothing: {},
  'a reply is lost': { lostReply: 1 },
  'a request is lost': { lostRequest: 1 },
  'a transaction conflicts': { conflict: 1 },
  'a request is throttled': { throttled: 1 },
  'a request token expires': { expiredToken: 1 },
  'an item of a transaction becomes visible late': { torn: 1 },
  'items and rows are written apart from each other': { splitWrites: 1 },
  'a wake-up is lost': { lostWake: 1 },
  'a batch comes twice at once': {},
  'two finalizers are at it': {},
  'a container dies': {},
} as const satisfies Record<string, Partial<FaultRates>>;
export type SmallFault = keyof typeof SMALL_FAULTS;

/** Shard and milliseconds of each event: what is taken in and final at the beginning, and what comes then. */
type Events = readonly (readonly [shard: number, ms: number])[];

export const SMALL_CASES = {
  /** Two events come into a window, and two that let the watermark pass it. */
  'a window closes': {
    before: [
      [0, 1_000],
      [1, 2_000],
    ],
    events: [
      [0, 3_000],
      [0, 31_000],
      [1, 4_000],
      [1, 32_000],
    ],
  },
  /** All but one event is taken in, and that one lets the watermark pass the window. */
  'a window waits': {
    before: [
      [0, 1_000],
      [1, 2_000],
      [0, 31_000],
    ],
    events: [[1, 32_000]],
  },
  /** A window that is final gets an event that is late for it, and lets go of in the same commit. */
  'a window is revised': {
    before: [
      [0, 1_000],
      [1, 2_000],
      [0, 21_000],
      [1, 22_000],
    ],
    events: [
      [0, 3_000],
      [0, 43_000],
      [1, 44_000],
    ],
  },
} as const satisfies Record<string, { readonly before: Events; readonly events: Events }>;
export type SmallCaseName = keyof typeof SMALL_CASES;

export interface Explored {
  readonly states: number;
  /** Nothing is left to go through. */
  readonly isWhole: boolean;
  /** Ways to the end that share no last step. */
  readonly ends: number;
  readonly violations: readonly string[];
}

/**
 * Goes through all interleavings of a small case, with one fault of a kind at every place where it can happen: batches of
 * two shards and a finalizer are at work at once, on windows of 10 seconds. States that were seen are not gone through
 * again.
 */
export async function explore(name: SmallCaseName, fault: SmallFault): Promise<Explored> {
  const seen = new Set<string>();
  const open: (readonly number[])[] = [[]];
  let ends = 0;
  for (let given = open.pop(); given !== undefined; given = open.pop()) {
    const small = new SmallCase(name, fault, given, (taken, of, key) => {
      if (seen.has(key)) return 'known';
      seen.add(key);
      for (let other = 1; other < of; other++) open.push([...taken, other]);
      return 'new';
    });
    if (seen.size > MAX_STATES) return { states: seen.size, isWhole: false, ends, violations: [] };
    const found = await small.run();
    if (found === 'known') continue;
    ends++;
    if (found.length > 0)
      return { states: seen.size, isWhole: false, ends, violations: [`Choices ${small.path}`, ...found] };
  }
  return { states: seen.size, isWhole: true, ends, violations: [] };
}

/** Beyond so many states a case is not small: it takes minutes, and is given up with a word. */
const MAX_STATES = 60_000;

/**
 * What commutes with anything that others do, so that one order stands for all: nothing happens in these turns, or only
 * what nobody looks at before the end.
 */
const LOCAL = ['starts', 'committed', 'the reply is lost', 'lists the shards', 'wakes', 'keeps'];
const ONE_CONTAINER_PER_SHARD = ['get checkpoint'];
const ONE_FINALIZER = ['reads', 'writes'];

/** Told of each choice that was not given: those before it, how many ways it could go, and the state that it is in. */
type OnChoice = (taken: readonly number[], of: number, key: string) => Met;
/** Whether a state is met for the first time. */
type Met = 'new' | 'known';

/** Follows given choices, then takes the first of each and tells where there were others. */
class ListedChoices implements Choices {
  readonly taken: number[] = [];
  /** It came to a state from which everything has been gone through, or will be. */
  isKnown = false;
  /** Choices count. Before and after them, everything goes one way. */
  isFree = false;
  readonly #given: readonly number[];
  readonly #onChoice: (taken: readonly number[], of: number) => Met;
  readonly #fixed = new SeededChoices(1);

  constructor(given: readonly number[], onChoice: (taken: readonly number[], of: number) => Met) {
    this.#given = given;
    this.#onChoice = onChoice;
  }

  below(n: number): number {
    if (this.isKnown) return 0;
    if (!this.isFree) return this.#fixed.below(n);
    const at = this.taken.length;
    const choice = this.#given[at] ?? 0;
    if (at >= this.#given.length) this.isKnown = this.#onChoice(this.taken, n) === 'known';
    this.taken.push(choice);
    return choice;
  }

  /** Whether all was here before, without a choice. */
  isAtKnown(): boolean {
    this.below(1);
    return this.isKnown;
  }

  chance(): boolean {
    return this.below(2) === 1;
  }
}

class SmallCase {
  readonly #name: SmallCaseName;
  readonly #fault: SmallFault;
  readonly #choices: ListedChoices;
  readonly #world: World;
  readonly #startMs: number;
  /** What a choice is about, between two turns. */
  #asking = '';
  /** Choices that were taken when the turn began. */
  #turnFrom = 0;

  constructor(name: SmallCaseName, fault: SmallFault, given: readonly number[], onChoice: OnChoice) {
    this.#name = name;
    this.#fault = fault;
    this.#choices = new ListedChoices(given, (taken, of) => onChoice(taken, of, this.#stateKey()));
    const rates = { ...NO_FAULTS, ...SMALL_FAULTS[fault] };
    this.#world = new World(new Random(this.#choices), { rates, plans: SMALL, shards: 2 });
    this.#startMs = this.#world.clockMs;
    this.#world.scheduler.isExploring = true;
    const local = [
      ...LOCAL,
      ...(fault === 'a batch comes twice at once' ? [] : ONE_CONTAINER_PER_SHARD),
      ...(fault === 'two finalizers are at it' ? [] : ONE_FINALIZER),
    ];
    this.#world.scheduler.isLocal = (what) => local.some((start) => what.startsWith(start));
  }

  get path(): string {
    return this.#choices.taken.join(' ');
  }

  async run(): Promise<readonly string[] | 'known'> {
    const world = this.#world;
    await this.#begin();
    world.faults.isOn = true;
    world.faults.budget = 1;
    this.#choices.isFree = true;
    do {
      if (this.#choices.isKnown) return 'known';
      this.#maybeKill();
      this.#asking = 'whose turn';
      this.#turnFrom = this.#choices.taken.length + 1;
    } while (await world.scheduler.step());
    this.#asking = 'the end';
    if (this.#choices.isAtKnown()) return 'known';
    this.#choices.isFree = false;
    await comeToRest(world);
    await closeAll(world);
    return violations(world);
  }

  async #begin(): Promise<void> {
    const world = this.#world;
    const [first] = world.pollers;
    world.faults.isOn = false;
    const { before, events } = SMALL_CASES[this.#name];
    this.#put(before);
    await this.#comeToRest();
    this.#put(events);
    for (const poller of world.ready) world.poll(poller, 2);
    if (this.#fault === 'a batch comes twice at once' && first) {
      world.deliverAgain(first, first.shard.records.slice(-2));
    }
    world.finalizeDirectly();
    if (this.#fault === 'two finalizers are at it') world.finalizeDirectly();
  }

  async #comeToRest(): Promise<void> {
    const world = this.#world;
    for (const poller of world.pollers) world.poll(poller, 2);
    do {
      while (await world.scheduler.step());
    } while (world.finalize());
  }

  /** All that the future depends on, and what the invariants look back at. */
  #stateKey(): string {
    const { scheduler, state, pages, results, faults } = this.#world;
    const inTurn = scheduler.isMidTurn ? this.#choices.taken.slice(this.#turnFrom).join() : this.#asking;
    const commits = state.checkpoints.map(({ shard, version, by }) => `${shard} ${version} ${by.name}`);
    const rows = [...results.history.values()].map((history) => JSON.stringify(history)).sort();
    return createHash('sha256')
      .update(
        [scheduler.stateKey(), inTurn, state.stateKey(), pages.stateKey(), commits, rows, faults.budget].join('\n'),
      )
      .digest('base64');
  }

  #maybeKill(): void {
    const { faults, tasks, random } = this.#world;
    if (this.#fault !== 'a container dies' || faults.budget === 0) return;
    this.#asking = 'who dies';
    const victim = [...tasks][random.below(tasks.size + 1) - 1];
    if (victim === undefined) return;
    faults.budget = 0;
    this.#world.kill(victim);
  }

  /** Events of shards, so many milliseconds after the beginning: then it is that time, for they arrive as they happen. */
  #put(events: Events): void {
    const world = this.#world;
    for (const [index, ms] of events) {
      const shard = world.log.shards[index];
      const event = { id: `e${index}-${ms}`, user: 'ann', n: 1, at: this.#startMs + ms };
      const data = Buffer.from(JSON.stringify(event));
      if (shard) world.log.append(shard, { arrivalMs: event.at, data, events: [event] });
      world.clockMs = Math.max(world.clockMs, event.at);
    }
  }
}
