import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
/** TypeScript 7 has no API: the compiler is run as people run it. */
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

export interface Compilation {
  /** What the compiler says of each file, without the paths. */
  readonly errors: ReadonlyMap<string, string>;
  readonly instantiations: number;
}

/**
 * Compiles small files by the project's own settings. They lie outside the project, for wrong ones would fail its type
 * check. Each can import `streamgauge` and, from `#test/…`, what the tests share.
 */
export function compile(files: Readonly<Record<string, string>>): Compilation {
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-types-'));
  try {
    const src = join(folder, 'src');
    mkdirSync(src);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration()));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(src, `${name}.ts`), text);
    const args = [TSC, '--project', folder, '--noEmit', '--pretty', 'false', '--extendedDiagnostics'];
    const { stdout, stderr, error } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const instantiations = /^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1];
    if (error || instantiations === undefined) {
      throw new Error(`tsc did not run to its end.\n${stdout}\n${stderr}`, { cause: error });
    }
    return { errors: errorsByFile(stdout, Object.keys(files)), instantiations: Number(instantiations) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configuration() {
  return {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: { streamgauge: [join(ROOT, 'engine/index.ts')], '#test/*': [join(ROOT, 'test/*')] },
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    include: ['src'],
  };
}

/** An error begins with `file(line,column): error`; the lines of its explanation are indented. */
function errorsByFile(output: string, names: readonly string[]): Map<string, string> {
  const errors = new Map(names.map((name) => [name, '']));
  let current: string | undefined;
  for (const line of output.split('\n')) {
    const start = /^(\S+)\.ts\(\d+,\d+\): error (.*)$/.exec(line);
    if (start) current = basename(start[1] ?? '');
    else if (!line.startsWith(' ')) current = undefined;
    if (current === undefined) continue;
    const text = start ? (start[2] ?? '') : line.trim();
    errors.set(current, `${errors.get(current) ?? ''}${text}\n`);
  }
  return errors;
}
