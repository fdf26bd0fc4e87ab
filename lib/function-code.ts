import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type * as Esbuild from 'esbuild';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { definitionModule } from './definition-module.ts';
import { LAMBDA_ALIASES } from './lambda-aliases.ts';
import { namedKinds } from './named-kinds.ts';

/** A function's code cannot be bundled. The message holds what esbuild found, with file and line. */
export class BundleError extends StreamgaugeError {
  override readonly name = 'BundleError';
  readonly code = 'bundle';
}

/** What `#pipeline` stands for in the functions' bundles. */
export interface PipelineCode {
  /** The pipeline file, an absolute path. */
  readonly entry: string;
  /** The text of a module with what the file defines, as data. Null where it is more than data: then bundles hold the file. */
  readonly definition: string | null;
  /** The texts of modules that stand for others, by their names: `namedKinds`. None where bundles hold the file, which may name any. */
  readonly kinds: ReadonlyMap<string, string>;
}

/** @param entry the pipeline file, an absolute path. */
export function pipelineCode(definition: PipelineDefinition, entry: string): PipelineCode {
  const windowFile = join(import.meta.dirname, `../engine/ir/window${EXTENSION}`);
  const data = definitionModule(definition, windowFile);
  return { entry, definition: data, kinds: data === null ? new Map() : namedKinds(definition) };
}

/**
 * The code of a Lambda: its handler and the pipeline's definition. What a cold start needs is in `index.js` and the files that it
 * imports; what comes later, such as the client of a service that most batches do not call, is in files of their own, which are
 * neither read nor compiled until then.
 *
 * In the repository the handler is TypeScript. In the installed package it is bundled already with all it needs but the
 * engine, which it shares with the definition.
 *
 * @param lambda the folder in `lambdas/`.
 * @param files a folder that the code finds beside it as `files`; null where it needs none.
 */
export function functionCode(lambda: string, pipeline: PipelineCode, files: string | null = null): Code {
  return Code.fromAsset(join(LAMBDAS, lambda), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started, because `tryBundle` always succeeds or throws.
      image: DockerImage.fromRegistry('unused'),
      // CDK bundles assets once that look the same as data: this tells one pipeline from another.
      command: [pipeline.entry, pipeline.definition ?? '', files ?? ''],
      local: {
        tryBundle(outputDir) {
          bundle(lambda, pipeline, outputDir);
          if (files !== null) cpSync(files, join(outputDir, 'files'), { recursive: true });
          return true;
        },
      },
    },
  });
}

/** Bundles into a folder, as `functionCode` does. */
export function bundle(lambda: string, { entry, definition, kinds }: PipelineCode, outputDir: string): void {
  const { buildSync } = esbuild();
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-definition-'));
  const write = (name: string, text: string) => {
    const file = join(folder, `${name.replace(/\W/g, '-')}.js`);
    writeFileSync(file, text);
    return file;
  };
  try {
    const aliases = Object.fromEntries([...kinds].map(([name, text]) => [name, write(name, text)]));
    buildSync({
      entryPoints: [join(LAMBDAS, lambda, `index${EXTENSION}`)],
      outdir: outputDir,
      bundle: true,
      splitting: true,
      alias: {
        '#pipeline': definition === null ? entry : write('definition', definition),
        ...aliases,
        ...LAMBDA_ALIASES,
      },
      // The SDK goes into the bundle: what runs is the version that was tested, not the one that the runtime has today.
      platform: 'node',
      format: 'esm',
      // For packages that are CommonJS inside.
      banner: { js: REQUIRE },
      mainFields: ['module', 'main'],
      target: 'node24',
      minifyWhitespace: true,
      minifyIdentifiers: true,
      // Minified, an `if` in a definition's callback becomes `||`, which a definition must not use.
      minifySyntax: definition !== null,
      logLevel: 'silent',
    });
    writeFileSync(join(outputDir, 'package.json'), '{"type":"module"}');
  } catch (error) {
    const { message } = error as Error;
    throw new BundleError(
      `The pipeline file ${entry} cannot be bundled with the ${lambda} function. Correct this, and synthesize again: ${message}`,
      { cause: error },
    );
  } finally {
    rmSync(folder, { recursive: true });
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
/** Of the code as it runs: `.ts` in the repository, `.js` in the package. */
const EXTENSION = extname(import.meta.filename);
