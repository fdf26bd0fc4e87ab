/**
 * One rule of the protocol that does not hold. Functions of the code are replaced by others of the same type, so the code
 * itself knows nothing of mutations, and a function that moves or changes makes the compiler name the mutations of it.
 */
export interface Mutation {
  readonly name: string;
  /** The first seed that is tried, of a rule that one in a thousand seeds depends on. 1 unless set. */
  readonly from?: number;
  readonly replacements: readonly Replacement[];
}

/** A module of which some exports are replaced. */
export interface Replacement {
  /** From the root of the repository. */
  readonly path: string;
  /** What takes the place of exports, made of the module as it is. */
  readonly change: (module: never) => object;
}

/**
 * @example
 * instead<typeof import('../../../engine/state/watermark.ts')>('engine/state/watermark.ts', ({ globalWatermark }) => ({
 *   globalWatermark: (checkpoints) => globalWatermark(checkpoints.slice(1)),
 * }));
 */
export function instead<M extends object>(path: string, change: (module: M) => Partial<M>): Replacement {
  return { path, change };
}
