#!/usr/bin/env node
// Starts the command line on Node 24, which runs TypeScript as it is. The package `node` brings it along, so any Node that
// npm runs on will do to get here. Where it was left out, a Node will do that runs TypeScript too.
import { spawn } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const MEANT = [24, 0];
const OLDEST = [22, 18];

const own = process.versions.node.split('.').map(Number);
const brought = isAtLeast(MEANT) ? null : broughtAlong();

// Node keeps what it makes of the code in the folder for temporary files: making it takes most of a short command's time.
if (brought === null) module.enableCompileCache?.();

if (brought !== null) startOn(brought);
else if (isAtLeast(OLDEST)) {
  (await import('../runtime/own-modules.ts')).resolveOwnModules();
  await import('./streamgauge.ts');
} else {
  console.error(
    `streamgauge needs Node ${OLDEST.join('.')} or later, and this is Node ${process.versions.node}. Run npm ci, which brings Node ${MEANT[0]}, or install a newer one.`,
  );
  process.exitCode = 1;
}

function isAtLeast([major, minor]) {
  return own[0] > major || (own[0] === major && own[1] >= minor);
}

/** The path of Node in node_modules, or null where it is not installed. */
function broughtAlong() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return null;
  }
}

function startOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches both. What is meant for this process alone goes on to the one that does the work.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(
      `streamgauge needs Node ${MEANT[0]}, and the one in node_modules cannot be started: ${error.message}. Run npm ci.`,
    );
    process.exitCode = 127;
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
