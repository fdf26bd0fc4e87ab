/** What is wrong with bytes that are not UTF-8, as the end of a sentence. Windows writes much text as UTF-16, with a byte order mark. */
export function whyNotText([first, second]: Uint8Array): string {
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isUtf16 ? 'it is text in UTF-16, and has to be in UTF-8' : 'its bytes are not UTF-8 text';
}
