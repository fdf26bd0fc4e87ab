import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');

/** The folders of what ships and of what builds and measures it; each is a layer of `scripts/layers.ts`. */
export const FOLDERS =
  'engine,contracts,adapters,endpoint,producer,generate,lib,cost,api,client,runtime,testing,pipelines,templates,lambdas,bin,create-streamgauge,localstack,scripts,bench';

export interface TextFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function filesOf(pattern: string): readonly TextFile[] {
  const paths = globSync(pattern, { cwd: ROOT }).filter((path) => !path.includes('node_modules'));
  return paths.sort().map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
