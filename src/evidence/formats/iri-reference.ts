// IRI references (RFC 3987), as the XML schema reads them: libxml2 lets characters stand that the RFC wants encoded, such as `{` and spaces.

// `[` and `]` enclose an IP address and may otherwise stand in a fragment only.
const CHAR = String.raw`(?:[^%#?/[\]:@]|%[0-9A-Fa-f]{2})`;
const PATH = `(?:${CHAR}|[/:@])*`;
const AUTHORITY = String.raw`(?:(?:${CHAR}|:)*@)?(?:\[[^\]/?#]*\]|${CHAR}*)(?::[0-9]*)?`;
const HIERARCHY = `(?://${AUTHORITY}(?:/${PATH})?|(?!//)${PATH})`;
// The first segment of a relative path has no colon, or it would be a scheme: this is what `git@host:path` fails.
const RELATIVE = `(?://${AUTHORITY}(?:/${PATH})?|/(?!/)${PATH}|(?:${CHAR}|@)*(?:/${PATH})?)`;
const TAIL = String.raw`(?:\?(?:${CHAR}|[/:@?])*)?(?:#(?:${CHAR}|[/:@?[\]])*)?`;

const IRI_REFERENCE = new RegExp(`^(?:[A-Za-z][A-Za-z0-9+.-]*:${HIERARCHY}|${RELATIVE})${TAIL}$`);

// Far more than any address has; a regular expression might run out of stack on it.
const MAX_LENGTH = 16 * 1024;

/** Whether a text is an IRI reference. A text of more than 16 Ki characters is taken for one, unchecked. */
export function isIriReference(text: string): boolean {
  return text.length > MAX_LENGTH || IRI_REFERENCE.test(text.trim());
}
