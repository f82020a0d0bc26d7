// Keeps API tokens and ID tokens out of what is logged and answered. Threat: a caller who sends the
// text of a token in the path, where its id belongs.

// Even where a part of it is missing. A JWT begins with the `{"` of its header; a text of many of them
// is searched once.
const TOKEN = /(mst_)[0-9A-Za-z]{32,}|(?<![\w-])(eyJ)[\w-]{8,}\.[\w-]+\.[\w-]+/g;

/** The text with each token in it replaced. */
export function withoutTokens(text: string): string {
  if (!text.includes('mst_') && !text.includes('eyJ')) return text;
  return text.replace(TOKEN, (_, api?: string, jwt?: string) => `${api ?? jwt}[removed]`);
}
