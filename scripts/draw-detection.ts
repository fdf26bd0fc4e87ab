import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectionFiles } from './detection-pictures/document.ts';

/** Draws the pictures of docs/detection.md, and its table, from the example's metrics. A test says when they are old. */
const root = join(import.meta.dirname, '..');
for (const [file, content] of detectionFiles(root)) writeFileSync(join(root, file), content);
