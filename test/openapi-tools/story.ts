// What both walk-throughs are given and what they have to find. Only types: each is written in the words of its client.

/** An SBOM of what is released, as the text of its file. */
export type Given = { baseUrl: string; sbom: string };

export type Found = {
  started: string;
  blocked: { passed: boolean; reasons: string[] };
  /** Status and `type` of the refusal that `enforce=true` gets. */
  refusal: [status: number, type: string];
  /** Whether the bytes that were fetched are those that were sent. */
  sameBytes: boolean;
  mediaType: string | undefined;
  /** What the SBOM describes, by the narrowed type of its facts. */
  purl: string | null | undefined;
  inspected: [state: string, format: string | null];
  finished: [status: string, cost: number | null];
  passed: boolean;
  contents: (string | null)[];
  summary: { total_artifacts: number; compliant_artifacts: number };
  /** Status of a refusal, and where in the request it is wrong. */
  invalid: [status: number, pointer: string | undefined];
};
