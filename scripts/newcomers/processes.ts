import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { NewcomerError } from './errors.ts';

/** A bound for what hangs, not a measure: npm may have to fetch a hundred megabytes. */
const DEADLINE_MS = 5 * 60_000;
const SHOWN_CHARACTERS = 2000;

export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. @throws NewcomerError with what it printed, where it fails or takes too long. */
export async function run(command: readonly string[], place: Place): Promise<Printed> {
  const program = new Program(command, place);
  const code = await program.ended();
  if (code === 0) return program;
  throw new NewcomerError(`'${program.name}' ended with ${code}: ${program.tail()}`);
}

/** A command that goes on in the background. */
export class Program implements Printed {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(command: readonly string[], { cwd, env }: Place) {
    const [program = '', ...args] = command;
    this.name = command.join(' ');
    // A group of its own: npm, its shell and what that runs stop together.
    this.#child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    const end = () => this.#signal('SIGKILL');
    process.once('exit', end);
    this.#child.once('close', () => process.off('exit', end));
    this.#closed = once(this.#child, 'close').catch((error: Error) => {
      this.stderr += error.message;
    });
  }

  /** Its exit code, or the signal that ended it. */
  async ended(): Promise<number | string> {
    const { promise: tooLong, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.stderr += `\nIt had not ended after ${DEADLINE_MS / 60_000} minutes.`;
      this.#signal('SIGKILL');
      giveUp();
    }, DEADLINE_MS);
    await Promise.race([this.#closed, tooLong]);
    clearTimeout(timer);
    return this.#child.exitCode ?? this.#child.signalCode ?? 'an error';
  }

  /**
   * Waits until it has printed something like that on stdout.
   *
   * @throws NewcomerError where it ends before, or takes too long.
   */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const { stdout } = this.#child;
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = () => {
      const found = pattern.exec(this.stdout);
      if (found !== null) resolve(found);
    };
    const fail = (what: string) =>
      reject(new NewcomerError(`'${this.name}' ${what} before it printed ${pattern}: ${this.tail()}`));
    const timer = setTimeout(() => fail(`took ${DEADLINE_MS / 60_000} minutes`), DEADLINE_MS);
    stdout?.on('data', look);
    void this.#closed.then(() => fail('ended'));
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      stdout?.off('data', look);
    }
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    this.#signal('SIGINT');
    await this.ended();
  }

  tail(): string {
    return `${this.stdout}\n${this.stderr}`.trim().slice(-SHOWN_CHARACTERS);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    process.kill(-pid, signal);
  }
}
