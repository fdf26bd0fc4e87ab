import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { COMBINATIONS, stackOf } from './combinations.ts';

/** Writes the templates of all combinations of settings, and lets cfn-lint look at them. `npm run lint:templates`. */
const FOLDER = join('.streamgauge', 'templates');
/** A dependency that a reference makes anyway. The CDK writes one from each function to its role. */
const IGNORED = 'W3005';
/** As test programs say that a test was skipped. */
const EXIT_NOT_RUN = 77;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const files = COMBINATIONS.map((settings, index) => {
  const file = join(FOLDER, `combination-${String(index + 1).padStart(2, '0')}.json`);
  writeFileSync(file, JSON.stringify(Template.fromStack(stackOf(settings)).toJSON(), null, 1));
  return file;
});
const { status, error } = spawnSync(
  'cfn-lint',
  ['--non-zero-exit-code', 'warning', '--ignore-checks', IGNORED, '--', ...files],
  { stdio: 'inherit' },
);
if (error !== undefined) {
  process.stderr.write(
    `Not run: there is no cfn-lint (${error.message}). Install it with 'pip install cfn-lint'; the templates are in ${FOLDER}.\n`,
  );
  process.exitCode = EXIT_NOT_RUN;
} else {
  process.stdout.write(`cfn-lint: ${files.length} templates, ${status === 0 ? 'nothing found' : 'see above'}.\n`);
  process.exitCode = status ?? 1;
}
