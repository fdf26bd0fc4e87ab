import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COST_DOCUMENTS, withCosts } from './cost-document/with-costs.ts';

/** Writes the costs into the documents that show them. A test says when that has to be done again. */
process.chdir(join(import.meta.dirname, '..'));
for (const path of COST_DOCUMENTS) writeFileSync(path, await withCosts(path, readFileSync(path, 'utf8')));
