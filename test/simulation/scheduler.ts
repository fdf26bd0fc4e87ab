import { setImmediate } from 'node:timers';
import { crc32 } from 'node:zlib';
import type { Random } from './random.ts';

/** Something that runs beside others: an invocation of a container, or the store at work on a transaction. */
export interface Task {
  readonly name: string;
  state: 'running' | 'frozen' | 'dead' | 'done';
  /** The step at which it was started. */
  readonly begunAt: number;
  /** A hash of all that it was told so far: with where it waits, all that its future depends on. */
  heard?: number;
  /** What it did last. */
  recent: readonly string[];
}

interface Waiting {
  readonly task: Task;
  readonly what: string;
  readonly resume: () => void;
}

/** Steps of one simulation: many times what any takes that comes to rest. */
const MAX_STEPS = 50_000;

/** Turns of a task, and how many of them may be the same, before it is taken to look again for what is not there yet. */
const RECENT = 16;
const SAME = 8;

/** A simulation did not come to rest. */
export class NoProgressError extends Error {
  override readonly name = 'NoProgressError';
}

/** No promise resolves for it any more. */
const NEVER = new Promise<never>(() => undefined);

/**
 * Runs tasks in turns: each call of a port waits for its turn, and who goes next is a choice. Between two turns the code
 * that was resumed runs until it waits again, so a run is the same for the same choices.
 */
export class Scheduler {
  readonly trace: string[] = [];
  isTracing = false;
  /** Keeps what `stateKey` needs. */
  isExploring = false;
  /** Of turns that are of no concern to others the next is taken, whatever the choice would be. */
  isLocal: (what: string) => boolean = () => false;
  steps = 0;
  readonly #random: Random;
  #waiting: Waiting[] = [];
  /** Whose turn it is. */
  #current: Waiting | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Starts a task; it waits for its first turn. `body` failing is the simulation's failure. */
  spawn(name: string, body: (task: Task) => Promise<void>, onCrash: (error: unknown) => void): Task {
    const task: Task = { name, state: 'running', begunAt: this.steps, recent: [] };
    const run = async () => {
      await this.turn(task, 'starts');
      await body(task);
      if (task.state !== 'dead') task.state = 'done';
    };
    run().catch(onCrash);
    return task;
  }

  turn(task: Task, what: string): Promise<void> {
    if (task.state === 'dead') return NEVER;
    return new Promise((resolve) => {
      this.#waiting.push({ task, what, resume: resolve });
    });
  }

  /** Whatever the task does from here on has no effect. */
  kill(task: Task): void {
    task.state = 'dead';
    this.#waiting = this.#waiting.filter((waiting) => waiting.task !== task);
    this.note(`${task.name} dies`);
  }

  /** Gives one waiting task its turn: one of those that are preferred, where any of them waits. False where none can go on. */
  async step(isPreferred: (task: Task) => boolean = () => true): Promise<boolean> {
    const waiting = this.#waiting.filter(({ task }) => task.state === 'running');
    if (waiting.length === 0) return false;
    const preferred = waiting.filter(({ task }) => isPreferred(task));
    const runnable = preferred.length > 0 ? preferred : waiting;
    if (this.steps >= MAX_STEPS) throw new NoProgressError(`After ${MAX_STEPS} steps there is still something to do.`);
    const next = this.isExploring ? this.#explored(runnable) : this.#random.pick(runnable);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
    this.steps++;
    this.note(`${next.task.name}: ${next.what}`);
    this.#current = next;
    next.resume();
    await new Promise((resolve) => setImmediate(resolve));
    this.#current = null;
    return true;
  }

  #explored(runnable: readonly Waiting[]): Waiting {
    const patient = runnable.filter(({ task, what }) => !looksAgain(task, what));
    const choices = patient.length > 0 ? patient : runnable;
    const next = choices.find(({ what }) => this.isLocal(what)) ?? this.#random.pick(choices);
    next.task.recent = [...next.task.recent, next.what].slice(-RECENT);
    return next;
  }

  /** A port has answered a task. */
  tell(task: Task, answer: () => string): void {
    if (this.isExploring) task.heard = crc32(answer(), task.heard ?? 0);
  }

  get isMidTurn(): boolean {
    return this.#current !== null;
  }

  /** Whose turn it is, who waits for what, and what each has been told. */
  stateKey(): string {
    const lines = this.#waiting.map(lineOf).sort();
    return [this.#current === null ? 'nobody' : lineOf(this.#current), ...lines].join('\n');
  }

  note(line: string): void {
    if (this.isTracing) this.trace.push(line);
  }
}

/** Who looks again and again waits for the others: it would see the same as before. */
function looksAgain({ recent }: Task, what: string): boolean {
  return recent.filter((each) => each === what).length >= SAME;
}

function lineOf({ task, what }: Waiting): string {
  return `${task.name} ${task.state} ${task.heard ?? 0} ${what}`;
}
