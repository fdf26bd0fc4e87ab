import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../bin/cli/main.ts';

const ROOT = resolve(__dirname, '../..');

async function cli(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await main(args, { stdout, stderr, env: {} });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** The names in the list of commands that `streamgauge help` prints. */
async function commandNames(): Promise<readonly string[]> {
  const { stdout } = await cli('help');
  return [...stdout.matchAll(/^ {2}([a-z-]+) +\S/gm)].map(([, name]) => name as string);
}

let folder: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.streamgauge', 'completion-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('bash completes', () => {
  let script: string;
  beforeAll(async () => {
    script = join(folder, 'streamgauge.bash');
    writeFileSync(script, (await cli('completion', 'bash')).stdout);
  });

  /** What Tab offers after these words, as bash divides them. The last one is the one that is being typed. */
  function offers(...words: readonly string[]): readonly string[] {
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _streamgauge; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['-c', program, 'bash', script, 'streamgauge', ...words], {
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return stdout.split('\n').filter((word) => word !== '');
  }

  test('every command, and what is no command', async () => {
    expect(offers('')).toEqual([...(await commandNames()), 'help', '--help', '--version']);
    expect(offers('de')).toEqual(['dev', 'describe', 'dead-letters']);
    expect(offers('--v')).toEqual(['--version']);
    expect(offers('help', 's')).toEqual(expect.arrayContaining(['sql', 'send', 'silence']));
  });

  test('each option that the help of a command lists', async () => {
    for (const name of await commandNames()) {
      const { stdout } = await cli('help', name);
      const listed = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
      expect({ name, offers: offers(name, '--') }).toEqual({
        name,
        offers: expect.arrayContaining([...listed, '--help']),
      });
    }
  });

  test('values that are one of a few words, also after =', () => {
    expect(offers('sql', 'p.ts', 'v', '--dialect', '')).toEqual(['duckdb', 'athena']);
    expect(offers('sql', 'p.ts', 'v', '--dialect', '=')).toEqual(['duckdb', 'athena']);
    expect(offers('sql', 'p.ts', 'v', '--dialect', '=', 'at')).toEqual(['athena']);
    expect(offers('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offers('dead-letters', 'r')).toEqual(['redrive']);
  });

  test('files where nothing else is known', () => {
    expect(offers('run', '')).toEqual([]);
    expect(offers('run', 'p.ts', '--out', '')).toEqual([]);
    const { stdout } = spawnSync('bash', ['-c', 'source "$1"; complete -p streamgauge', 'bash', script], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('-o default');
  });
});

/** Shells that this machine has take their script without complaint; bash is always there. */
const SHELLS = ['bash', 'zsh', 'fish'] as const;
const PRESENT = SHELLS.filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

test.each(PRESENT)('%s reads its script', async (shell) => {
  const script = join(folder, `script.${shell}`);
  writeFileSync(script, (await cli('completion', shell)).stdout);
  expect(spawnSync(shell, ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test.each(SHELLS)('the script for %s names all commands and their options', async (shell) => {
  const { code, stdout } = await cli('completion', shell);
  expect(code).toBe(0);
  for (const name of await commandNames()) expect(stdout).toContain(name);
  for (const option of ['until-replayed', 'no-flush', 'dry-run', 'template']) expect(stdout).toContain(option);
  for (const word of ['clickstream', 'redrive', 'athena']) expect(stdout).toContain(word);
});

test('zsh and fish show what an option is for, with its quotes', async () => {
  expect((await cli('completion', 'zsh')).stdout).toContain(
    `'*--no-flush[Leave windows open that the watermark has not passed at the end of the input, and leave a last]'`,
  );
  expect((await cli('completion', 'fish')).stdout).toContain(
    `complete -c streamgauge -n '__fish_seen_subcommand_from dev' -l fresh -d 'Throw the state away and start over'`,
  );
});

test.each([
  [['completion', 'fihs'], "There is no completion for 'fihs'. Did you mean 'fish'? There is one for bash, zsh, fish."],
  [['completion'], 'streamgauge completion needs SHELL.'],
])('%j is refused', async (args, message) => {
  expect(await cli(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});
