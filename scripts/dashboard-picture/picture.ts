import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import weblog from '../../pipelines/weblog.ts';
import { dashboardWidgets } from './dashboard-body.ts';
import { drawDashboard } from './draw-dashboard.ts';

const ENTRY = 'pipelines/weblog.ts';

/** Where the picture is kept, from the root of the project. */
export const PICTURE = 'docs/images/dashboard.svg';

/** The picture of the dashboard of the example pipeline, with the numbers of its view without groups. */
export function pictureOfDashboard(root: string): string {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return drawDashboard(dashboardWidgets(weblog, join(root, ENTRY), { rowMetrics: true }, context));
}
