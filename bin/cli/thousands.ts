/** A whole number with commas between its thousands. `toLocaleString` would load Intl, which takes 20 ms of a short run. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
