/**
 * The form of `parseInstant`, for regular expressions of RE2's and of Java's syntax: a pattern of the whole text. Whether
 * the day exists in its month is left to a cast, which alone would also take a bare date and the hour 24.
 */
export const ISO_PATTERN =
  '[0-9]{4}-[0-9][0-9]-[0-9][0-9][Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?([Zz]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?';
