import { Writable } from 'node:stream';
import { main } from '../../bin/cli/main.ts';
import { BugError } from '../../engine/ir/bug-error.ts';

/** What `streamgauge cost` prints. */
export async function runCost(args: readonly string[]): Promise<string> {
  const written: string[] = [];
  const into = () =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          written.push(String(chunk));
          done();
        },
      }),
      { isTTY: false },
    );
  const code = await main(['cost', ...args], { stdout: into(), stderr: into(), env: {} });
  if (code !== 0) throw new BugError(`streamgauge cost ${args.join(' ')} ended with ${code}: ${written.join('')}`);
  return written.join('');
}

export interface CostData {
  readonly dollarsPerMonth: number;
  readonly dollarsPerMillionEvents: number;
  readonly idleDollarsPerMonth: number;
  readonly traffic: { readonly waitSeconds: number };
}

/** The same of `--json`. */
export async function costData<T = CostData>(args: readonly string[]): Promise<T> {
  return JSON.parse(await runCost([...args, '--json'])) as T;
}
