// IRI references (RFC 3987), checked as libxml2 checks `xs:anyURI`: characters such as `{` and
// spaces are allowed, although the RFC wants them encoded.

// `[` and `]` are allowed around an IP address and in a fragment only.
const CHAR = String.raw`(?:[^%#?/[\]:@]|%[0-9A-Fa-f]{2})`;
const PATH = `(?:${CHAR}|[/:@])*`;
const AUTHORITY = String.raw`(?:(?:${CHAR}|:)*@)?(?:\[[^\]/?#]*\]|${CHAR}*)(?::[0-9]*)?`;
const HIERARCHY = `(?://${AUTHORITY}(?:/${PATH})?|(?!//)${PATH})`;
// The first segment of a relative path may not contain a colon. `git@host:path` fails here.
const RELATIVE = `(?://${AUTHORITY}(?:/${PATH})?|/(?!/)${PATH}|(?:${CHAR}|@)*(?:/${PATH})?)`;
const TAIL = String.raw`(?:\?(?:${CHAR}|[/:@?])*)?(?:#(?:${CHAR}|[/:@?[\]])*)?`;

const IRI_REFERENCE = new RegExp(`^(?:[A-Za-z][A-Za-z0-9+.-]*:${HIERARCHY}|${RELATIVE})${TAIL}$`);

// The regular expression might run out of stack on a longer text.
const MAX_LENGTH = 16 * 1024;

/**
 * Whether a text is an IRI reference. A text of more than 16 Ki characters is not checked: true.
 */
export function isIriReference(text: string): boolean {
  return text.length > MAX_LENGTH || IRI_REFERENCE.test(text.trim());
}
