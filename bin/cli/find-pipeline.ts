import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { compilePipeline, type PipelinePlan, type ViewPlan } from '../../engine/plan/plan.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { UsageError } from './command.ts';
import { noSuchView } from './find-view.ts';
import { defaultStorePath } from './store-path.ts';

/** Where a project has its pipelines: in a file of that name, or each in a file of that folder. */
const PIPELINE_FILE = 'pipeline.ts';
const PIPELINES_FOLDER = 'pipelines';

export interface FoundView {
  readonly plan: PipelinePlan;
  readonly view: ViewPlan;
}

/** The view that a command line names: of a pipeline file, or where none is given of the pipelines of this folder. */
export async function findViewPlan(file: string | null, name: string): Promise<FoundView> {
  const plans = await plansOf(file);
  const found = plans.flatMap((plan) =>
    plan.views.filter((view) => view.name === name).map((view) => ({ plan, view })),
  );
  const [first] = found.length > 1 ? withStore(found) : found;
  if (first !== undefined) return first;
  if (found.length > 1) {
    throw new UsageError(
      `Pipelines ${found.map(({ plan }) => plan.name).join(' and ')} have a view '${name}': give the pipeline's file before it.`,
    );
  }
  const names = plans.flatMap(({ views }) => views.map((view) => view.name));
  throw noSuchView(plans.length === 1 ? `Pipeline '${plans[0]?.name}' has` : 'This folder has', name, names);
}

/** A pipeline by its file, or where none is given the one of this folder that has a store, or the only one. */
export async function findPipeline(file: string | null): Promise<PipelinePlan> {
  const plans = await plansOf(file);
  const [first, ...others] =
    plans.length > 1 ? withStore(plans.map((plan) => ({ plan }))) : plans.map((plan) => ({ plan }));
  if (first !== undefined && others.length === 0) return first.plan;
  throw new UsageError(
    `This folder has the pipelines ${plans.map(({ name }) => name).join(', ')}: give the file of the one that you mean.`,
  );
}

/** Those that have been run here; none where it is several. */
function withStore<T extends { readonly plan: PipelinePlan }>(found: readonly T[]): readonly T[] {
  const stored = found.filter(({ plan }) => existsSync(defaultStorePath(plan)));
  return stored.length === 1 ? stored : [];
}

async function plansOf(file: string | null): Promise<readonly PipelinePlan[]> {
  if (file !== null) return [compilePipeline(await loadPipeline(file))];
  const files = pipelineFiles();
  if (files.length === 0) {
    throw new UsageError(
      `There is no ${PIPELINE_FILE} and no ${PIPELINES_FOLDER}/ in this folder: give the pipeline's file before the view.`,
    );
  }
  const plans: PipelinePlan[] = [];
  let broken: StreamgaugeError | null = null;
  for (const each of files) {
    try {
      plans.push(compilePipeline(await loadPipeline(each)));
    } catch (error) {
      // Another pipeline may have the view: it alone need not load.
      if (!(error instanceof StreamgaugeError)) throw error;
      broken ??= error;
    }
  }
  if (plans.length === 0 && broken !== null) throw broken;
  return plans;
}

function pipelineFiles(): readonly string[] {
  if (existsSync(PIPELINE_FILE)) return [PIPELINE_FILE];
  if (!existsSync(PIPELINES_FOLDER)) return [];
  return readdirSync(PIPELINES_FOLDER)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(PIPELINES_FOLDER, name));
}
