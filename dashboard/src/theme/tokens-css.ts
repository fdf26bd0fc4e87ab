import { DARK, LIGHT, type Palette } from './tokens.ts';

/** Custom properties of both palettes: `--border-strong` and the like. The system's theme, unless one was chosen. */
export function tokensCss(): string {
  return [
    `:root{color-scheme:light;${properties(LIGHT)}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${properties(DARK)}}}`,
    `:root[data-theme=dark]{color-scheme:dark;${properties(DARK)}}`,
  ].join('\n');
}

function properties(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${color}`)
    .join(';');
}
