import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SettingsError } from './settings.ts';

/**
 * What a pipeline file exports as its default.
 *
 * @throws SettingsError where there is no such file. Errors of the file itself go through as they are.
 */
export async function loadPipeline(file: string): Promise<unknown> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new SettingsError(
      `There is no pipeline file ${file} in ${process.cwd()}. Name one with -c pipeline=pipelines/clickstream.ts.`,
    );
  }
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  return module.default;
}
