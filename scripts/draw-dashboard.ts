import { dirname, join } from 'node:path';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { writeWhole } from '../runtime/files/write-whole.ts';
import { PICTURE, pictureOfDashboard } from './dashboard-picture/picture.ts';

/** Draws docs/images/dashboard.svg from what `cdk synth` makes of the dashboard. A test says when it has to be drawn again. */
const root = join(import.meta.dirname, '..');
await makeFolder(dirname(join(root, PICTURE)));
await writeWhole(join(root, PICTURE), [pictureOfDashboard(root)]);
