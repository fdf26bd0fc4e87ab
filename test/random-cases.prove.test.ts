import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What calls for a share of its random cases in `npm test`. */
const ASKS = /\bcasesOf\(|\bobeysTheLaws\(/;

const files = globSync('**/*.test.ts', { cwd: __dirname, exclude: ['**/*.prove.test.ts'] })
  .filter((file) => ASKS.test(readFileSync(join(__dirname, file), 'utf8')))
  .sort();

describe.each(files)('all random cases of %s', (file) => {
  require(join(__dirname, file));
});
