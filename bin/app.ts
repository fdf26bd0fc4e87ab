import { App } from 'aws-cdk-lib';
import { DefinitionError } from '../engine/ir/errors.ts';
import { settingsFromContext } from '../lib/context-settings.ts';
import { PipelineStack } from '../lib/pipeline-stack.ts';
import { SettingsError } from '../lib/settings-error.ts';
import { tooLargeTemplate } from '../lib/template-limit.ts';
import { loadPipeline, PipelineFileError } from '../runtime/load-pipeline.ts';

/** The CDK app: one stack of one pipeline. docs/reference/settings.md lists the context keys. */
async function main(): Promise<void> {
  const app = new App();
  const { pipeline: entry, settings } = settingsFromContext(app.node.getAllContext());
  new PipelineStack(app, { definition: await loadPipeline(entry), entry, settings });
  for (const stack of app.synth().stacks) {
    const problem = tooLargeTemplate(stack);
    if (problem !== null) throw new SettingsError(problem);
  }
}

try {
  await main();
} catch (error) {
  // Of a mistake in a setting or a pipeline, the sentence is what helps; of anything else, where it happened.
  const isMistake = [SettingsError, DefinitionError, PipelineFileError].some((kind) => error instanceof kind);
  console.error(isMistake && error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}
