import { DARK, LIGHT, type Palette } from '../../../dashboard/src/theme/tokens.ts';

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
