import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const ROOT = join(__dirname, '../..');

interface Manifest {
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
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'streamgauge-package-'));
    const built = join(this.#folder, 'built');
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-package.ts'), built], { stdio: 'pipe' });
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', this.#folder, built], {
      stdio: 'pipe',
    });
    const [{ filename, size, files }] = JSON.parse(packed.toString('utf8'));
    this.packedBytes = size;
    this.files = files.map(({ path }: { readonly path: string }) => path);

    this.project = join(this.#folder, 'project');
    const own = join(this.project, 'node_modules/streamgauge');
    mkdirSync(own, { recursive: true });
    execFileSync('tar', ['-xzf', join(this.#folder, filename), '-C', own, '--strip-components=1']);
    writeFileSync(join(this.project, 'package.json'), JSON.stringify({ name: 'own', private: true, type: 'module' }));
    this.manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
    for (const name of Object.keys(this.manifest.dependencies)) this.link(name);
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
  node(...args: readonly string[]): Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'> {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.project, encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export const COMMAND = 'node_modules/streamgauge/bin/launch.js';
