import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type * as Esbuild from 'esbuild';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { LAMBDA_ALIASES } from './lambda-aliases.ts';

/** A function's code cannot be bundled. The message holds what esbuild found, with file and line. */
export class BundleError extends StreamgaugeError {
  override readonly name = 'BundleError';
  readonly code = 'bundle';
}

/**
 * The code of a Lambda: its handler and the user's pipeline file, which `#pipeline` stands for. What a cold start needs is in
 * `index.js` and the files that it imports; what comes later, such as the client of a service that most batches do not
 * call, is in files of their own, which are neither read nor compiled until then.
 *
 * In the repository the handler is TypeScript. In the installed package it is bundled already with all it needs but the
 * engine, which it shares with the pipeline file.
 *
 * @param lambda the folder in `lambdas/`.
 * @param pipelineFile an absolute path.
 * @param files a folder that the code finds beside it as `files`; null where it needs none.
 */
export function functionCode(lambda: string, pipelineFile: string, files: string | null = null): Code {
  return Code.fromAsset(join(LAMBDAS, lambda), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started, because `tryBundle` always succeeds or throws.
      image: DockerImage.fromRegistry('unused'),
      // CDK bundles assets once that look the same as data: this tells one pipeline file from another.
      command: [pipelineFile, files ?? ''],
      local: {
        tryBundle(outputDir) {
          bundle(lambda, pipelineFile, outputDir);
          if (files !== null) cpSync(files, join(outputDir, 'files'), { recursive: true });
          return true;
        },
      },
    },
  });
}

/** Bundles into a folder, as `functionCode` does. */
export function bundle(lambda: string, pipelineFile: string, outputDir: string): void {
  const { buildSync } = esbuild();
  try {
    buildSync({
      entryPoints: [join(LAMBDAS, lambda, `index${extname(import.meta.filename)}`)],
      outdir: outputDir,
      bundle: true,
      splitting: true,
      alias: { '#pipeline': pipelineFile, ...LAMBDA_ALIASES },
      // The SDK goes into the bundle: what runs is the version that was tested, not the one that the runtime has today.
      platform: 'node',
      format: 'esm',
      // For packages that are CommonJS inside.
      banner: { js: REQUIRE },
      mainFields: ['module', 'main'],
      target: 'node24',
      // Syntax is left as it is: minified, an `if` in a definition's callback becomes `||`, which a definition must not use.
      minifyWhitespace: true,
      minifyIdentifiers: true,
      logLevel: 'silent',
    });
    writeFileSync(join(outputDir, 'package.json'), '{"type":"module"}');
  } catch (error) {
    const { message } = error as Error;
    throw new BundleError(
      `The pipeline file ${pipelineFile} cannot be bundled with the ${lambda} function. Correct this, and synthesize again: ${message}`,
      { cause: error },
    );
  }
}

const REQUIRE = "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);";

/** An optional peer, as CDK is: nothing but synthesizing a stack needs it. */
function esbuild(): typeof Esbuild {
  try {
    return createRequire(import.meta.url)('esbuild') as typeof Esbuild;
  } catch (cause) {
    const message = 'Functions are bundled with esbuild, which is not installed. Run: npm install --save-dev esbuild';
    throw new BundleError(message, { cause });
  }
}

const LAMBDAS = join(import.meta.dirname, '../lambdas');
