/** Numbers from -0.5 to 0.5 of a fixed seed, without a pattern. */
export function noiseOf(seed: number, length: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** About normal with deviation 1: twelve uniform ones. */
export function normalOf(seed: number, length: number): number[] {
  const noise = noiseOf(seed, 12 * length);
  return Array.from({ length }, (_, i) => noise.slice(12 * i, 12 * i + 12).reduce((sum, each) => sum + each, 0));
}
