interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** Empty where the numbers beside it say the same. */
  readonly words: string;
  readonly token?: string;
  readonly width?: number;
}

const WIDTH = 80;
const HEIGHT = 20;

/** A small line without axes; a window without a row is a gap in it. */
export function Sparkline({ values, words, token = 'accent', width = WIDTH }: SparklineProps) {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) return <svg width={width} height={HEIGHT} aria-hidden="true" />;
  const greatest = numbers.reduce((a, b) => Math.max(a, b));
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const x = (i: number) => (values.length === 1 ? width / 2 : 2 + ((width - 6) * i) / (values.length - 1));
  const y = (value: number) => HEIGHT - 3 - ((HEIGHT - 6) * (value - least)) / Math.max(greatest - least, 1e-12);
  let path = '';
  values.forEach((value, i) => {
    if (value !== null) path += `${values[i - 1] == null ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  const last = values.findLastIndex((value) => value !== null);
  return (
    <svg
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={words}
      aria-hidden={words === ''}
      style={{ verticalAlign: 'middle' }}
    >
      <path d={path} fill="none" stroke={`var(--${token})`} stroke-width="1.4" />
      <circle cx={x(last)} cy={y(values[last] as number)} r="1.8" fill={`var(--${token})`} />
    </svg>
  );
}
