import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Random } from '../../generate/random.ts';

const ROOT = resolve(__dirname, '../..');
const MAIN = join(ROOT, 'bin/streamgauge.ts');
const NODE = process.execPath;
const START = Date.UTC(2026, 0, 1);

let dir: string;
let input: string;
beforeEach(() => {
  // Inside the project, so that pipeline files in it can import 'streamgauge'.
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'dev-'));
  input = join(dir, 'events.jsonl');
  writeFileSync(input, '');
});
afterEach(async () => {
  await dev?.kill();
  rmSync(dir, { recursive: true });
});

/** As an editor saves: a new file under the old name. */
function save(name: string, text: string): void {
  const path = join(dir, name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const IMPORTS = "import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';";
const STREAM = `
const events = stream('events', {
  schema: Type.Object({ user: Type.String(), at: Timestamp() }),
  eventTime: 'at', partitionKey: 'user', maxLateness: '5 seconds',
});
const steady = view('steady', events).window(tumbling('1 minute')).aggregate(() => ({ events: count() }));`;
const pipelineOf = (size: string, imports = IMPORTS) => `${imports}${STREAM}
const changing = view('changing', events).window(tumbling(${size})).aggregate(() => ({ events: count() }));
export default pipeline('p', [steady, changing]);
`;

let written = 0;
beforeEach(() => {
  written = 0;
});
/** So many events more in the file that is followed, a second apart. */
function write(amount: number): void {
  const lines = Array.from({ length: amount }, () => {
    const at = new Date(START + written * 1000).toISOString();
    return `${JSON.stringify({ user: `u${written++ % 7}`, at })}\n`;
  });
  appendFileSync(input, lines.join(''));
}

interface Status {
  readonly generation: number;
  readonly reload_error: string | null;
  readonly counters: { readonly delivered: number; readonly accepted: number };
}

let dev: Dev | null = null;

/** A process of `streamgauge dev`. */
class Dev {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  #output = '';
  #waiting: (() => void) | null = null;
  url = '';

  constructor(...more: string[]) {
    const args = ['dev', join(dir, 'p.ts'), '--store', join(dir, 's.db'), '--port', '0', '--plain', ...more];
    this.child = spawn(NODE, [MAIN, ...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout.on('data', (chunk) => {
      this.#output += chunk;
      this.#waiting?.();
    });
    this.child.stdout.on('end', () => this.#waiting?.());
  }

  static async start(...more: string[]): Promise<Dev> {
    dev = new Dev(...more);
    dev.url = /JSON at (\S+)/.exec(await dev.until('JSON at'))?.[1] as string;
    return dev;
  }

  /** What was printed since the last call, up to and with a text. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.#output.indexOf(text);
      const end = this.#output.indexOf('\n', at);
      if (at !== -1 && end !== -1) {
        const found = this.#output.slice(0, end);
        this.#output = this.#output.slice(end + 1);
        return found;
      }
      if (this.child.exitCode !== null) throw new Error(`dev ended before '${text}': ${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.url}${path}`)).json()) as T;
  }

  /** Asks until it is so. */
  async untilStatus(isSo: (status: Status) => boolean): Promise<Status> {
    for (;;) {
      const status = await this.get<Status>('/api/overview');
      if (isSo(status)) return status;
    }
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}

const delivered = (amount: number) => (status: Status) => status.counters.delivered === amount;
const tail = () => ['--tail', `events=${input}`];

describe('a pipeline that is saved', () => {
  test('is loaded again with all that it imports by path, imports of imports too', async () => {
    mkdirSync(join(dir, 'parts'));
    save('parts/unit.ts', "export const unit = 'minutes';\n");
    save('parts/size.ts', "import { unit } from './unit.ts';\nexport const size: any = '2 ' + unit;\n");
    save('p.ts', pipelineOf('size', `${IMPORTS}\nimport { size } from './parts/size.ts';`));
    const started = await Dev.start(...tail());
    const { generation } = await started.get<Status>('/api/overview');
    save('parts/unit.ts', "export const unit = 'hours';\n");
    expect(await started.until('loaded again')).toContain("View 'changing' starts over: its window changed.");
    expect(await started.until('goes on.')).toContain("View 'steady' goes on.");
    const status = await started.get<Status>('/api/overview');
    expect(status).toMatchObject({ generation: generation + 1, reload_error: null });
    save('parts/size.ts', "import { unit } from './unit.ts';\nexport const size: any = '3 ' + unit;\n");
    await started.until("View 'changing' starts over: its window changed.");
    save('parts/unit.ts', "export const unit = 'days';\n");
    await started.until("View 'changing' starts over: its window changed.");
  });

  test('with an error is told with file and line until it is mended, and what ran before goes on', async () => {
    const whole = pipelineOf("'2 minutes'");
    save('p.ts', whole);
    const started = await Dev.start(...tail());
    const path = join(dir, 'p.ts').slice(ROOT.length + 1);
    write(10);
    const broken: readonly (readonly [text: string, message: string])[] = [
      [whole.replace('export default', 'const x: = 3;\nexport default'), `${path}:8: `],
      [whole.replace('count,', 'counts,'), `${path}:1: The requested module 'streamgauge' does not provide an export`],
      [whole.replace("'2 minutes'", "'2 minuets'"), `${path}:7: `],
      [`${IMPORTS}\nimport './later.ts';\n${whole.slice(IMPORTS.length)}`, 'later.ts'],
      [
        whole.replace('export default', 'undefined.x;\nexport default'),
        `${path}:8: Cannot read properties of undefined`,
      ],
    ];
    for (const [text, message] of broken) {
      save('p.ts', text);
      expect(await started.until(message)).toContain('does not run, and what was there before goes on.');
      write(10);
      const status = await started.untilStatus(delivered(written));
      expect(status.reload_error).toContain(message);
    }
    save('p.ts', whole);
    await started.until("View 'steady' goes on.");
    expect(await started.get<Status>('/api/overview')).toMatchObject({ reload_error: null });
  });

  test('that lacks an import runs once that is there', async () => {
    save('p.ts', pipelineOf("'2 minutes'"));
    const started = await Dev.start(...tail());
    save('p.ts', pipelineOf('size', `${IMPORTS}\nimport { size } from './size.ts';`));
    await started.until('size.ts');
    save('size.ts', "export const size: any = '4 minutes';\n");
    await started.until("View 'changing' starts over: its window changed.");
  });
});

test('standard input is read while it comes, and its end ends nothing', async () => {
  save('p.ts', pipelineOf("'2 minutes'"));
  const started = await Dev.start('--stdin', 'events');
  started.child.stdin.write(`{"user":"ann","at":"2026-01-01T00:00:00Z"}\n{"user":"ann",`);
  await started.untilStatus(delivered(1));
  started.child.stdin.end('"at":"2026-01-01T00:00:01Z"}');
  await started.until('standard input: 2 lines, at its end');
  await started.untilStatus(delivered(2));
  started.child.kill('SIGTERM');
  const [code] = await once(started.child, 'close');
  expect(code).toBe(0);
});

test('killed around reloads, each event counts once in the view that goes on', async () => {
  const random = new Random(11);
  for (let round = 0; round < 12; round++) {
    save('p.ts', pipelineOf(`'${1 + (round % 3)} minutes'`));
    const started = await Dev.start(...tail());
    write(50 + random.below(100));
    save('p.ts', pipelineOf(`'${2 + (round % 3)} minutes'`));
    write(50 + random.below(100));
    // From before it is seen until after it is loaded, by the number of answers that are waited for.
    const answers = random.below(60);
    for (let answer = 0; answer < answers; answer++) await started.get('/api/pipeline');
    write(random.below(100));
    await started.kill();
  }
  const last = await Dev.start(...tail());
  write(130);
  const { counters, generation } = await last.untilStatus(delivered(written));
  expect(counters).toMatchObject({ accepted: written });
  expect(generation).toBeGreaterThan(12);
  const { rows } = await last.get<{ rows: readonly { events: number; partial?: boolean }[] }>(
    '/api/views/steady/windows?limit=1000',
  );
  expect(rows.length).toBe(Math.floor((written - 6) / 60));
  expect(new Set(rows.map(({ events, partial }) => `${events} ${partial ?? false}`))).toEqual(new Set(['60 false']));
});
