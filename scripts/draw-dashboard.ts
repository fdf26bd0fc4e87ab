import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PICTURE, pictureOfDashboard } from './dashboard-picture/picture.ts';

/** Draws docs/images/dashboard.svg from what `cdk synth` makes of the dashboard. A test says when it has to be drawn again. */
const root = join(import.meta.dirname, '..');
mkdirSync(dirname(join(root, PICTURE)), { recursive: true });
writeFileSync(join(root, PICTURE), pictureOfDashboard(root));
