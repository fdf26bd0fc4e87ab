import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What npm tells of a tarball. */
export interface Tarball {
  /** Where it lies. */
  readonly path: string;
  readonly size: number;
  /** Paths in it. */
  readonly files: readonly string[];
}

export interface Packages {
  readonly streamgauge: Tarball;
  readonly create: Tarball;
}

/** Builds and packs what is published, as `streamgauge` and `create-streamgauge`, below `folder`. */
export function packPackages(root: string, folder: string): Packages {
  const built = join(folder, 'built');
  execFileSync(process.execPath, [join(root, 'scripts/build-package.ts'), built], { stdio: 'pipe' });
  return {
    streamgauge: pack(join(built, 'streamgauge'), folder),
    create: pack(join(built, 'create-streamgauge'), folder),
  };
}

function pack(built: string, folder: string): Tarball {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, built], { stdio: 'pipe' });
  const [{ filename, size, files }] = JSON.parse(packed.toString('utf8')) as [
    { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] },
  ];
  return { path: join(folder, filename), size, files: files.map(({ path }) => path) };
}
