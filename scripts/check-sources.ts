import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The first part of `npm test`: lint, layers and types side by side. Prints what each says, and fails where one fails. */
const CHECKS: readonly (readonly string[])[] = [
  ['tsc', '--noEmit'],
  ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'],
  ['tsc', '--noEmit', '-p', 'dashboard'],
  ['node', 'scripts/check-layers.ts'],
  ['tsc', '--noEmit', '-p', 'test/dashboard/browser'],
];

const waiting = [...CHECKS];

async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const { code, output } = await run(check);
    process.stdout.write(`${check.join(' ')}${code === 0 ? '' : ` failed with ${code}`}\n${output}`);
    if (code !== 0) process.exitCode = 1;
  }
}

/** npm has put the commands of the packages on the path. */
function run([command = '', ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
