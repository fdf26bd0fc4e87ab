#!/usr/bin/env node
// What the installed package starts as `streamgauge`. It uses nothing that an old Node lacks, so that such a Node gets a
// sentence and no stack.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [major, minor] = engines.node.replace('>=', '').split('.').map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);

if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) {
  await import('./streamgauge.js');
} else {
  console.error(
    `streamgauge needs Node ${major}.${minor} or later, and this is Node ${process.versions.node}: install a newer one.`,
  );
  process.exitCode = 1;
}
