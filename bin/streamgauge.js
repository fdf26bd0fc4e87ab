#!/usr/bin/env node
// Starts the command line on Node 24, which runs TypeScript as it is. The `node` package brings it along, so any Node
// that npm runs on will do to get here.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const main = fileURLToPath(new URL('./streamgauge.ts', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  await import('./streamgauge.ts');
} else {
  const node = createRequire(import.meta.url).resolve('node/bin/node');
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches both. What is meant for this process alone goes on to the one that does the work.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(
      `streamgauge needs Node ${NEEDED_MAJOR}, and the one in node_modules cannot be started: ${error.message}. Run npm ci.`,
    );
    process.exitCode = 127;
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
