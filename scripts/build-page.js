// Builds the live page into dashboard/dist. npm runs it after an install, so that `npm start` has a page without further ado.
// Plain JavaScript: the Node that npm runs on may be an old one, and Vite runs on Node 24, which the lock file brings.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const own = path('node_modules/node/bin/node');
const node = existsSync(own) ? own : process.execPath;

execFileSync(node, [path('node_modules/vite/bin/vite.js'), 'build', path('dashboard'), '--logLevel', 'warn'], {
  stdio: 'inherit',
});
