import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawWindow } from './window-picture/draw.ts';
import { watchWindow } from './window-picture/watch.ts';

/** Draws the picture of docs/concepts.md from what the code does with its events. A test says when it is old. */
writeFileSync(join(import.meta.dirname, '..', 'docs/images/window.svg'), drawWindow(await watchWindow()));
