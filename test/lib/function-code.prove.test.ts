import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { functionCode } from '../../lib/function-code.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamgauge-code-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function synthesize(lambda: string, pipelineFile: string): () => void {
  const stack = new Stack(new App({ outdir: join(folder, 'out') }), 'Stack');
  return () => {
    new LambdaFunction(stack, 'Function', {
      code: functionCode(lambda, { entry: pipelineFile, definition: null, kinds: new Map() }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
    });
  };
}

test('a pipeline file that cannot be bundled is an error that names it and what is wrong', () => {
  const file = join(folder, 'broken.ts');
  writeFileSync(file, "import { gone } from './gone.ts';\nexport default gone;\n");
  // CDK puts the asset's name before the sentence.
  expect(synthesize('sweep', file)).toThrow(
    /BundleError: The pipeline file .*broken\.ts cannot be bundled with the sweep/,
  );
  expect(synthesize('sweep', file)).toThrow(/broken\.ts:1:21: ERROR: Could not resolve "\.\/gone\.ts"/);
});
