#!/usr/bin/env node
// What the installed package starts as `streamgauge`. It uses nothing that an old Node lacks, so that such a Node gets a
// sentence and no stack.
import { readFileSync } from 'node:fs';
import module from 'node:module';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [major, minor] = engines.node.replace('>=', '').split('.').map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);

// Node 22 says of node:sqlite that it is experimental, which a user can do nothing about. What is used of it has not changed.
const { emitWarning } = process;
process.emitWarning = (...args) => {
  if (!String(args[0]).startsWith('SQLite is an experimental feature')) Reflect.apply(emitWarning, process, args);
};

if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) {
  // Node keeps what it makes of the code in the folder for temporary files: making it takes most of a short command's time.
  module.enableCompileCache?.();
  (await import('../runtime/own-modules.js')).resolveOwnModules();
  await import('./streamgauge.js');
} else {
  console.error(
    `streamgauge needs Node ${major}.${minor} or later, and this is Node ${process.versions.node}: install a newer one.`,
  );
  process.exitCode = 1;
}
