import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '..');

/** The test files of a project of `jest.config.js`. */
function filesOf(project: string): string[] {
  const args = ['node_modules/jest/bin/jest.js', '--listTests', '--json', '--selectProjects', project];
  const listed = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  const paths = JSON.parse(listed.slice(listed.indexOf('['))) as string[];
  return paths.map((path) => relative(ROOT, path)).sort();
}

test('every test file runs in either `npm test` or `npm run prove`', () => {
  // The tests of the templates run as those of a user's project: test/bin/init.prove.test.ts.
  const exclude = ['node_modules', 'cdk.out', '.streamgauge', 'dist', 'templates'];
  const all = globSync('**/*.test.{js,ts}', { cwd: ROOT, exclude });
  const [quick, slow] = [filesOf('test'), filesOf('prove')];
  expect([...quick, ...slow].sort()).toEqual([...all].sort());
  expect(slow.length).toBeGreaterThan(0);
});
