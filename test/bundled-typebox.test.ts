import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

test.each(['typebox', 'typebox/schema', 'typebox/value'])(
  '%s, bundled for tests, exports what the package does',
  (name) => {
    const program = `console.log(JSON.stringify(Object.keys(await import('${name}'))))`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(require.resolve(name)).toContain(join('.cache', 'typebox'));
    expect(Object.keys(require(name)).sort()).toEqual((JSON.parse(output) as string[]).sort());
  },
);
