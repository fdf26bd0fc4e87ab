/** Reads colours of the theme at hand, each once: `borderStrong` of `--border-strong`. */
export function tokenReader(): (token: string) => string {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (token) => {
    const color = known.get(token) ?? style.getPropertyValue(`--${kebab(token)}`).trim();
    known.set(token, color);
    return color;
  };
}

/** As the style sheet has it. */
export function kebab(token: string): string {
  return token.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
