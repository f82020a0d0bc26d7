// What is wrong with a text that the YAML parser refused, in our own words: the parser's messages
// describe its internals.

/** An error of the parser. Lines and columns count from 0; either part may be missing. */
export type YamlError = {
  readonly reason?: string;
  readonly mark?: { readonly line: number; readonly column: number };
};

/** The fault and its place, from 1: "a key occurs twice in one mapping, at line 2, column 5". */
export function yamlFault({ reason = '', mark }: YamlError): string {
  const [, words = 'the text is not valid YAML'] = WORDS.find(([pattern]) => pattern.test(reason)) ?? [];
  return mark === undefined ? words : `${words}, at line ${mark.line + 1}, column ${mark.column + 1}`;
}

// By the reasons of js-yaml 5. For any other reason only the place is reported.
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/duplicated mapping key/, 'a key occurs twice in one mapping'],
  [/within a flow collection/, 'a list or mapping in brackets is not closed'],
  [/quoted scalar/, 'a quoted text is not closed'],
  [/tab characters/, 'a tab is used for indentation, which YAML does not allow'],
  [/deficient indentation/, 'a line is indented too little, or a bracket or quote above it is not closed'],
  [/bad indentation/, 'the indentation does not fit the lines above'],
  [/missed comma|expected the node content/, 'a comma is missing or misplaced'],
  [/alias/, 'aliases (*name) are not taken'],
  [/merge/, 'merge keys (<<) are not taken'],
  [/maxDepth/, 'it has too many levels'],
  [/\btag\b/i, 'this tag (!name) is not taken'],
  [/anchor/, 'this anchor (&name) is not valid'],
  [/single document/, 'it holds more than one document'],
  [/input is empty/, 'it holds no document'],
  [/non-printable|valid JSON character/, 'it holds a control character'],
  [/escape sequence|hexadecimal/, 'a backslash in double quotes does not begin a YAML escape'],
  [/mapping entry|mapping key/, 'a colon is missing after a key'],
  [/key-value separator/, 'a space is missing after a colon'],
  [/document separator|can not read a document/, 'there is more text where the document should end'],
  [/directive/i, 'a line that begins with % is not a YAML directive'],
];
