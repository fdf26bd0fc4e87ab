import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A user's own CDK app with a pipeline of theirs, `clickstream.ts` beside it. It synthesizes into `cdk.out`. */
export const OWN_CDK_APP = `
import { App, Stack } from 'aws-cdk-lib';
import { StreamgaugePipeline } from 'streamgauge/cdk';
import clicks from './clickstream.ts';

const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
new StreamgaugePipeline(new Stack(app, 'Own'), 'Clicks', { definition: clicks, entry: 'clickstream.ts' });
app.synth();
`;

export interface Synthesis {
  /** With `hash` in place of the hashes of assets: the package's bundles are spelt otherwise than the sources'. */
  readonly template: { readonly Resources: Readonly<Record<string, unknown>> };
  /** The code of the functions. */
  readonly bundles: readonly string[];
}

/** What the app in a folder came to. */
export function readSynthesis(folder: string): Synthesis {
  const out = join(folder, 'cdk.out');
  const text = readFileSync(join(out, 'Own.template.json'), 'utf8');
  return {
    template: JSON.parse(text.replace(/[0-9a-f]{64}|CurrentVersion\w+/g, 'hash')),
    bundles: globSync('asset.*/index.js', { cwd: out }).map((index) => codeOf(join(out, dirname(index)))),
  };
}

/** All files of a function. */
function codeOf(folder: string): string {
  return globSync('*.js', { cwd: folder })
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}
