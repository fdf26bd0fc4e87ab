/** With ALL_CASES=1 `npm run prove` tries all there is; without it a part, so that the whole check takes under 25 minutes. */
export const PROVES_ALL = process.env.ALL_CASES === '1';

/**
 * How many cases to try, random ones or listed ones: one in `share` of them in `npm test`. A proof tries an eighth of them, or all:
 * `npm run prove` runs each test file that asks once more, and `npm run check`, which runs all tests, runs it like that at once.
 */
export function casesOf(all: number, share = 16): number {
  const isProof = (globalThis as { readonly triesAllCases?: boolean }).triesAllCases === true;
  if (!isProof) return Math.ceil(all / share);
  return PROVES_ALL || share <= 4 ? all : Math.ceil(all / Math.min(8, share));
}
