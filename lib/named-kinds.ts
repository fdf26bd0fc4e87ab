import { extname, join } from 'node:path';
import * as aggregates from '#kinds/aggregates';
import * as finalize from '#kinds/finalize';
import * as formats from '#kinds/formats';
import * as functions from '#kinds/functions';
import * as plan from '#kinds/plan';
import * as rowOperators from '#kinds/row-operators';
import * as windows from '#kinds/windows';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';

/** The folders of the engine whose kinds bundles need not have, with all that there are. */
const KINDS: Readonly<Record<string, object>> = {
  aggregates,
  finalize,
  formats,
  functions,
  plan,
  'row-operators': rowOperators,
  windows,
};

/**
 * What bundles of the functions have in the place of `#kinds/aggregates` and the like, as the texts of modules: of all kinds only those
 * that a definition names. All that a text of the definition is the name of counts as named, whatever it is there for: then nothing is
 * missing, and little is there in vain.
 */
export function namedKinds(definition: PipelineDefinition): ReadonlyMap<string, string> {
  const texts = new Set<string>();
  collectTexts(definition, texts, new Set());
  return new Map(
    Object.entries(KINDS).map(([folder, kinds]) => {
      const named = Object.keys(kinds).filter((name) => texts.has(name));
      const file = join(import.meta.dirname, `../engine/${folder}/kinds${extname(import.meta.filename)}`);
      const names = named.map((name) => JSON.stringify(name)).join(', ');
      return [`#kinds/${folder}`, `export { ${names} } from ${JSON.stringify(file)};\n`];
    }),
  );
}

function collectTexts(value: unknown, texts: Set<string>, seen: Set<object>): void {
  if (typeof value === 'string') texts.add(value);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  const parts = value instanceof Map ? [...value].flat() : Object.values(value);
  for (const part of parts) collectTexts(part, texts, seen);
}
