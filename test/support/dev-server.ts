import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(__dirname, '../..');

/** What `npm start` runs, on a store of its own. It can be killed, and started again on its port and store. */
export class DevServer {
  readonly #args: readonly string[];
  readonly #dir = mkdtempSync(join(tmpdir(), 'streamgauge-dev-'));
  #child: ChildProcess | null = null;
  #url = '';

  /** `args` are options of `streamgauge dev`. */
  constructor(...args: readonly string[]) {
    this.#args = args;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const own = ['--port', port, '--plain', '--store', join(this.#dir, 'dev.db')];
    const child = spawn(process.execPath, [join(ROOT, 'bin/streamgauge.js'), 'dev', ...own, ...this.#args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const { promise, resolve: found, reject } = Promise.withResolvers<string>();
    // Read to the end, so that the child never waits for room.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url !== undefined) found(url);
    });
    child.once('exit', (code) => reject(new Error(`streamgauge dev ended with ${code} before it served.`)));
    this.#url = await promise;
  }

  /** As a crash would: nothing is said to anybody. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}${path}`);
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async send(stream: string, events: readonly object[]): Promise<void> {
    const body = events.map((event) => JSON.stringify(event)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await fetch(`${this.#url}/streams/${stream}/events`, { method: 'POST', body, headers });
    if (!answer.ok) throw new Error(`Sending answers ${answer.status}: ${await answer.text()}`);
  }

  /** Asks until an answer is as it should be: what was sent is counted a moment later. */
  async until<T>(path: string, isThere: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await this.get<T>(path);
      if (isThere(answer)) return answer;
    }
  }
}
