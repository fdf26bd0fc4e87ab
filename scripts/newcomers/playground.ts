import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Packages, packPackages } from '../package/pack.ts';
import { Diary, type Outcome, type Step } from './diary.ts';
import { freshShell } from './fresh-shell.ts';
import type { Newcomer } from './newcomer.ts';

/** How it went for one newcomer. */
export interface Played {
  readonly name: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly steps: readonly Step[];
}

/** The folders of the newcomers: one each, which is empty at first, and one of the packages that they install. */
export class Playground {
  readonly #root: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'streamgauge-newcomers-'));
  readonly #isWarm: boolean;
  readonly #say: (line: string) => void;
  #packages: Packages | null = null;

  /** @param isWarm with npm's cache of this machine, and not with an empty one for each newcomer. */
  constructor(root: string, isWarm: boolean, say: (line: string) => void) {
    this.#root = root;
    this.#isWarm = isWarm;
    this.#say = say;
  }

  async play(newcomer: Newcomer): Promise<Played> {
    this.#say(`${newcomer.name} ${newcomer.summary}`);
    const folder = join(this.#folder, newcomer.name);
    mkdirSync(folder);
    const diary = new Diary((step) => this.#say(lineOf(step)));
    const env = freshShell(process.env, {
      npmCache: this.#isWarm ? null : join(this.#folder, `${newcomer.name}-npm-cache`),
      node: newcomer.node === 'of the machine' ? null : dirname(process.execPath),
    });
    try {
      await newcomer.play({ root: this.#root, folder, env, packages: () => this.#pack() }, diary);
    } catch (error) {
      // A step that failed is in the diary with what went wrong; anything else is a fault of this program.
      if (diary.outcome !== 'failed') throw error;
    }
    const { outcome, seconds, steps } = diary;
    this.#say(`  ${outcome}, ${seconds.toFixed(1)} s\n`);
    return { name: newcomer.name, outcome, seconds, steps };
  }

  #pack(): Packages {
    if (this.#packages !== null) return this.#packages;
    const startedMs = performance.now();
    const folder = join(this.#folder, 'packages');
    mkdirSync(folder);
    this.#packages = packPackages(this.#root, folder);
    this.#say(`  packed in ${((performance.now() - startedMs) / 1000).toFixed(1)} s, which is not the newcomer's time`);
    return this.#packages;
  }

  leave(isKept: boolean): void {
    if (isKept) this.#say(`The folders are in ${this.#folder}.`);
    else rmSync(this.#folder, { recursive: true, force: true });
  }
}

function lineOf({ name, outcome, seconds, detail }: Step): string {
  const time = seconds === null ? '' : `${seconds.toFixed(1)} s`;
  const unlessPassed = outcome === 'passed' ? '' : `${outcome.toUpperCase()}: `;
  return `  ${time.padStart(7)}  ${unlessPassed}${name}: ${detail}`;
}
