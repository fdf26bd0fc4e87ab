import { DARK, LIGHT, type Palette, seriesColors } from '../../../dashboard/src/theme/tokens.ts';

function channels(hex: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];
}

/** WCAG 2.2's relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const PALETTES: readonly (readonly [string, Palette])[] = [
  ['light', LIGHT],
  ['dark', DARK],
];
const TEXT = ['text', 'text2', 'text3', 'accent', 'late', 'crit', 'warn', 'ok'] as const;
const GRAPHICS = ['borderStrong', 'series3', 'series4', 'series5', 'other'] as const;

describe.each(PALETTES)('%s', (_name, palette) => {
  const grounds = [palette.bg, palette.surface, palette.sunken];

  test.each(TEXT)('%s can be read on page, card and well', (token) => {
    for (const ground of grounds) expect(contrast(palette[token], ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(GRAPHICS)('%s can be seen on page, card and well', (token) => {
    for (const ground of grounds) expect(contrast(palette[token], ground)).toBeGreaterThanOrEqual(3);
  });

  test('words in colours can be read on their own soft grounds', () => {
    expect(contrast(palette.accent, palette.accentSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.late, palette.lateSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.crit, palette.critSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.warn, palette.warnSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.accentInk, palette.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.text, palette.fin)).toBeGreaterThanOrEqual(4.5);
  });
});

type Triple = readonly [number, number, number];

/** As the colour-blind see linear RGB: Machado, Oliveira and Fernandes (2009), severity 1. */
const SIMULATIONS: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seenAs(hex: string, simulation: string): Triple {
  const linear = channels(hex).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  const rows = SIMULATIONS[simulation] as readonly [Triple, Triple, Triple];
  const clip = (c: number) => Math.min(1, Math.max(0, c));
  const of = ([r, g, b]: Triple) => clip(r * linear[0] + g * linear[1] + b * linear[2]);
  return [of(rows[0]), of(rows[1]), of(rows[2])];
}

/** CIELAB under D65. */
function lab([r, g, b]: Triple): Triple {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The smallest CIE76 distance between any two series, "other" too. */
function smallestDistance(palette: Palette, simulation: string): number {
  const seen = [...seriesColors(palette), palette.other].map((hex) => lab(seenAs(hex, simulation)));
  const pairs = seen.flatMap((a, i) => seen.slice(0, i).map((b) => [a, b] as const));
  return pairs.reduce((least, [a, b]) => Math.min(least, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])), 1000);
}

test.each([
  ['light', 'protanopia', 18.6],
  ['light', 'deuteranopia', 11.5],
  ['light', 'tritanopia', 17.7],
  ['dark', 'protanopia', 11.5],
  ['dark', 'deuteranopia', 12.7],
  ['dark', 'tritanopia', 13.1],
])('%s: with %s any two series are %d apart', (theme, simulation, distance) => {
  const found = smallestDistance(theme === 'light' ? LIGHT : DARK, simulation);
  expect(found).toBeCloseTo(distance, 1);
  expect(found).toBeGreaterThanOrEqual(10);
});

test.each([
  [
    'light',
    LIGHT,
    {
      borderStrong: 3.18,
      text: 15.6,
      text2: 6.6,
      text3: 4.9,
      accent: 5.57,
      late: 6.12,
      crit: 5.05,
      warn: 5.54,
      ok: 5.04,
      series2: 4.42,
      series3: 6.02,
      series4: 5.66,
      series5: 10.67,
      other: 3.23,
    },
  ],
  [
    'dark',
    DARK,
    {
      borderStrong: 3.61,
      text: 13.9,
      text2: 8.3,
      text3: 6.1,
      accent: 6.62,
      late: 7.36,
      crit: 6.91,
      warn: 8.71,
      ok: 7.74,
      series2: 6.76,
      series3: 10.19,
      series4: 6.31,
      series5: 14.12,
      other: 3.67,
    },
  ],
] as const)('%s has the contrasts of its design', (_name, palette, contrasts) => {
  const grounds = [palette.bg, palette.surface, palette.sunken];
  for (const [token, expected] of Object.entries(contrasts)) {
    const found = Math.min(...grounds.map((ground) => contrast(palette[token as keyof Palette], ground)));
    expect(Math.abs(found - expected)).toBeLessThan(0.06);
  }
});
