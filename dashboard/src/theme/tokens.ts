/**
 * Colours by use, with the contrasts that a test holds: text at least 4.5, graphics at least 3, each against the lowest
 * of page, card and well. `tokens.css` is made of them.
 */
export interface Palette {
  readonly bg: string;
  readonly surface: string;
  readonly sunken: string;
  readonly border: string;
  readonly borderStrong: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly accentInk: string;
  readonly accentSoft: string;
  readonly fin: string;
  readonly late: string;
  readonly lateSoft: string;
  readonly crit: string;
  readonly critSoft: string;
  readonly warn: string;
  readonly warnSoft: string;
  readonly ok: string;
  readonly band: string;
  readonly series2: string;
  readonly series3: string;
  readonly series4: string;
  readonly series5: string;
  readonly other: string;
}

export const LIGHT: Palette = {
  bg: '#f6f7f9',
  surface: '#ffffff',
  sunken: '#eef0f3',
  border: '#dfe3e8',
  borderStrong: '#7d8796',
  text: '#14181f',
  text2: '#4b5563',
  text3: '#5f6875',
  accent: '#2f54d0',
  accentInk: '#ffffff',
  accentSoft: '#e8edfc',
  fin: '#7690dd',
  late: '#7a3e9d',
  lateSoft: '#f4eafa',
  crit: '#b93815',
  critSoft: '#fdebe5',
  warn: '#8a5300',
  warnSoft: '#fdf1dc',
  ok: '#0b7457',
  band: '#dde2ea',
  series2: '#b25400',
  series3: '#00665c',
  series4: '#a0327e',
  series5: '#2b3648',
  other: '#7d8693',
};

export const DARK: Palette = {
  bg: '#0d1015',
  surface: '#151a21',
  sunken: '#1c222b',
  border: '#2a323d',
  borderStrong: '#6d7988',
  text: '#eceff4',
  text2: '#b3bcc9',
  text3: '#97a1af',
  accent: '#86a3ff',
  accentInk: '#0d1015',
  accentSoft: '#1d2747',
  fin: '#566aa5',
  late: '#cf9cf0',
  lateSoft: '#2d1f38',
  crit: '#ff8a66',
  critSoft: '#3a1c13',
  warn: '#f0b550',
  warnSoft: '#33270f',
  ok: '#4cc9a0',
  band: '#2a3340',
  series2: '#f0923a',
  series3: '#5fe3cf',
  series4: '#ee7cc0',
  series5: '#eef1f5',
  other: '#6f7a88',
};

/** In the order in which groups take them. The sixth is always "other", hatched. */
export function seriesColors(palette: Palette): readonly string[] {
  return [palette.accent, palette.series2, palette.series3, palette.series4, palette.series5];
}
