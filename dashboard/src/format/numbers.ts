/** Numbers as the page shows them; their full values stand in tooltips and tables. */

const FULL = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const MINUS = '−';

/** 9,592; 12.0 k; 1.05 M; 2.10 G: full up to 9,999, then three digits. Of fractions three digits too. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return 'not known';
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  if (size < 10_000) return sign + (Number.isInteger(size) ? FULL.format(size) : formatFraction(size));
  for (const [unit, factor] of UNITS) {
    // 999,950 is 1.00 M and not 1000 k.
    if (Number((size / factor).toPrecision(3)) < 1000 || unit === 'T')
      return `${sign}${threeDigits(size / factor)} ${unit}`;
  }
  return sign + FULL.format(size);
}

const UNITS = [
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
] as const;

/** All digits, with commas: 1,051,967. */
export function formatFull(value: number): string {
  if (!Number.isFinite(value)) return 'not known';
  const sign = value < 0 ? MINUS : '';
  const size = Math.abs(value);
  return sign + (Number.isInteger(size) ? FULL.format(size) : formatFraction(size));
}

function threeDigits(value: number): string {
  if (value >= 1000) return FULL.format(value);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function formatFraction(value: number): string {
  if (value >= 1000) return FULL.format(value);
  if (value >= 100) return value.toFixed(1);
  if (value >= 1) return value.toFixed(2);
  if (value >= 0.001) return value.toFixed(3);
  return value === 0 ? '0' : value.toExponential(1).replace('e-', ' × 10^−').replace('e+', ' × 10^');
}

/** 13.1 %; 0.04 %; below a hundredth of a percent 35 in a million. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return 'not known';
  const percent = Math.abs(share) * 100;
  const sign = share < 0 ? MINUS : '';
  if (percent === 0) return '0 %';
  if (percent < 0.01) return `${sign}${formatCount(Math.max(1, Math.round(percent * 10_000)))} in a million`;
  return `${sign}${percent.toFixed(percent < 0.1 ? 2 : 1)} %`;
}

/** A change against before: +8 %, −14 %. */
export function formatChange(now: number, before: number): string {
  if (before === 0) return now === 0 ? '0 %' : 'new';
  const percent = Math.round((now / before - 1) * 100);
  if (percent === 0) return '0 %';
  return `${percent > 0 ? '+' : MINUS}${FULL.format(Math.abs(percent))} %`;
}

/** 512 B; 4.1 kB; 1.9 MB: powers of 1,000. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'not known';
  if (Math.abs(bytes) < 1000) return `${formatFull(Math.round(bytes))} B`;
  let [value, unit] = [bytes, 0];
  while (Math.abs(value) >= 999.95 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 0 ? MINUS : ''}${Math.abs(value).toFixed(1)} ${BYTE_UNITS[unit]}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** $1.21; $0.004 where two places would say nothing. */
export function formatDollars(dollars: number): string {
  if (!Number.isFinite(dollars)) return 'not known';
  if (dollars !== 0 && Math.abs(dollars) < 0.01) return `$${dollars.toPrecision(1)}`;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** A rate a second; below one in ten seconds a minute or an hour: 41.8 /s, 12 /min, 2 /h. */
export function formatRate(perSecond: number): { readonly value: string; readonly unit: string } {
  if (perSecond === 0 || perSecond >= 0.1) {
    return {
      value: perSecond >= 100 || perSecond === 0 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1),
      unit: '/s',
    };
  }
  const perMinute = perSecond * 60;
  if (perMinute >= 0.5) return { value: formatCount(Math.round(perMinute)), unit: '/min' };
  return { value: formatCount(Math.max(1, Math.round(perSecond * 3600))), unit: '/h' };
}

/** What stands at an axis: `15 k` for `15.0 k`, for the ticks are round. */
export function shortenTick(words: string): string {
  return words.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
}
