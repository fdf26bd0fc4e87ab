/** A link in a message is a line in a mail, too. */
const MAX_LENGTH = 500;

/** What `isPageUrl` takes, in words. */
export const PAGE_URL_WORDS = `the http or https address of a page without user, query and #, of up to ${MAX_LENGTH} characters, such as https://analytics.example.com/shop`;

/** Whether links to a view and a window can be made of a text by adding a path to it. */
export function isPageUrl(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || /[\s?#]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
