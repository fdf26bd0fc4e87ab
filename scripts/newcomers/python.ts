import { join } from 'node:path';
import { type Place, run } from './processes.ts';

export type Python =
  | { readonly kind: 'found'; readonly program: string; readonly words: string }
  | { readonly kind: 'none'; readonly why: string };

/** A Python with boto3: the machine's, or one in a virtual environment of the newcomer's, as far as pip can be had. */
export async function findPython(folder: string, env: NodeJS.ProcessEnv): Promise<Python> {
  const place = { cwd: folder, env };
  const version = await versionOfBoto3('python3', place);
  if (version !== null) return { kind: 'found', program: 'python3', words: `boto3 ${version} of this machine` };
  const own = join(folder, 'venv', 'bin', 'python3');
  try {
    await run(['python3', '-m', 'venv', 'venv'], place);
    await run([own, '-m', 'pip', 'install', '--quiet', 'boto3'], place);
  } catch (error) {
    const [why] = (error as Error).message.split('\n', 1);
    return { kind: 'none', why: `there is no Python with boto3 here, and it cannot be installed: ${why}` };
  }
  return { kind: 'found', program: own, words: `boto3 ${await versionOfBoto3(own, place)} as pip installed it` };
}

async function versionOfBoto3(python: string, place: Place): Promise<string | null> {
  const code = 'import boto3; print(boto3.__version__)';
  return run([python, '-c', code], place).then(
    ({ stdout }) => stdout.trim(),
    // There is no Python, or it has no boto3.
    () => null,
  );
}
