import type { Packages } from '../package/pack.ts';
import type { Diary } from './diary.ts';

/** What a newcomer finds. */
export interface Ground {
  /** The repository. */
  readonly root: string;
  /** Theirs, and empty. */
  readonly folder: string;
  /** The environment of a fresh shell. */
  readonly env: NodeJS.ProcessEnv;
  /** What a registry would give: built and packed once, for all newcomers. */
  readonly packages: () => Packages;
}

/** Somebody who has a machine and the README, and nothing else. */
export interface Newcomer {
  readonly name: string;
  readonly summary: string;
  /** The repository brings its own along; a project needs one that runs TypeScript, so it is given the one that runs this. */
  readonly node: 'of the machine' | 'of this process';
  /** @throws NewcomerError where something does not work. The diary says it too. */
  play(ground: Ground, diary: Diary): Promise<void>;
}
