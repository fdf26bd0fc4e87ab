import { type Hash64, hashNumber, hashText } from '../../../engine/hash/hash64.ts';

export function text(value: string): Hash64 {
  const out = { high: 0, low: 0 };
  hashText(value, out);
  return out;
}

export function number(value: number): Hash64 {
  const out = { high: 0, low: 0 };
  hashNumber(value, out);
  return out;
}
