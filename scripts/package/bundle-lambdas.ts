import { globSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { LAMBDA_ALIASES } from '../../lib/lambda-aliases.ts';

/**
 * Bundles the Lambdas' handlers with the AWS SDK and all else that they need. Two things stay imports, which are bundled
 * when a user's stack is synthesized: `#pipeline`, the user's file, and the engine, of which handler and pipeline file must
 * have the same copy.
 */
export async function bundleLambdas(root: string, outFolder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: globSync('lambdas/*/index.ts', { cwd: root }),
    outbase: root,
    outdir: outFolder,
    bundle: true,
    // What several handlers need is there once.
    splitting: true,
    chunkNames: 'lambdas/shared-[hash]',
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    target: 'node24',
    minifyWhitespace: true,
    external: ['#pipeline'],
    alias: LAMBDA_ALIASES,
    plugins: [engineStays(root)],
    logLevel: 'warning',
  });
}

/** Leaves imports of the engine to the package's own `#engine/…`, which is the same wherever the bundler puts a file. */
function engineStays(root: string): Plugin {
  const engine = join(root, 'engine') + sep;
  return {
    name: 'engine stays',
    setup({ onResolve }) {
      onResolve({ filter: /\/engine\/.*\.ts$/ }, ({ path, resolveDir }) => {
        const file = join(resolveDir, path);
        if (!file.startsWith(engine)) return null;
        return { path: `#${relative(root, file).replace(/\.ts$/, '.js')}`, external: true };
      });
    },
  };
}
