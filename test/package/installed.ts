import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packPackages, type Tarball } from '../../scripts/package/pack.ts';

export const ROOT = join(__dirname, '../..');

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/**
 * The package as a user has it: built, packed and unpacked in a folder outside the repository. Of other packages there
 * are those that it names, so that one which it forgets is missing.
 */
export class InstalledPackage {
  /** An empty project with the package in its node_modules. */
  readonly project: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly manifest: Manifest;
  /** What is published: the tarballs of streamgauge and create-streamgauge. */
  readonly tarballs: readonly string[];
  readonly #folder: string;

  /** The unpacked `create-streamgauge`. */
  readonly create: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'streamgauge-package-'));
    const { streamgauge, create } = packPackages(ROOT, this.#folder);
    this.project = join(this.#folder, 'project');
    this.create = join(this.#folder, 'create');
    mkdirSync(this.project);
    writeFileSync(join(this.project, 'package.json'), JSON.stringify({ name: 'own', private: true, type: 'module' }));

    unpack(create, this.create);
    const own = join(this.project, 'node_modules/streamgauge');
    unpack(streamgauge, own);
    this.tarballs = [streamgauge.path, create.path];
    this.packedBytes = streamgauge.size;
    this.files = streamgauge.files;
    this.manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
    this.#linkCommand();
    for (const name of Object.keys(this.manifest.dependencies)) this.link(name);
  }

  /** As npm does on installing. */
  #linkCommand(): void {
    const commands = join(this.project, 'node_modules/.bin');
    mkdirSync(commands);
    for (const [name, path] of Object.entries(this.manifest.bin)) {
      chmodSync(join(this.project, 'node_modules/streamgauge', path), 0o755);
      symlinkSync(join('../streamgauge', path), join(commands, name));
    }
  }

  /** Gives the project another package of the repository's. */
  link(name: string): void {
    const path = join(this.project, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), path);
  }

  write(name: string, text: string): string {
    const path = join(this.project, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs Node in the project. */
  node(...args: readonly string[]): Finished {
    return run(process.execPath, args, this.project);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function unpack({ path }: Tarball, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync('tar', ['-xzf', path, '-C', to, '--strip-components=1']);
}

export const COMMAND = 'node_modules/streamgauge/bin/launch.js';

export type Finished = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>;

/** Runs a program in a folder, with this process's Node as `node`. */
export function run(program: string, args: readonly string[], cwd: string): Finished {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}
