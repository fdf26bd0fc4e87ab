/** DynamoDB bills each kilobyte begun of what is written. */
export function kilobytesBegun(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
