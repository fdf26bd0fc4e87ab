/**
 * What `parseInstant` accepts, as a regular expression over the whole text, in the common syntax of RE2 and Java. A
 * cast then checks that the day exists in its month; alone it would also take a bare date and the hour 24.
 */
export const ISO_PATTERN =
  '[0-9]{4}-[0-9][0-9]-[0-9][0-9][Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?([Zz]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?';
