// The description of the whole service in the OpenAPI document.

const DESCRIPTION = `Release governance for CI pipelines: report a run, attach its artifacts, ask the gate before you release.

Bodies and query strings are strict: an unknown field or parameter is refused and named. Every refusal is a problem
(RFC 9457, \`application/problem+json\`): match on its \`type\`, show its \`detail\`. Every response carries the id of its
request in \`X-Request-Id\`. To choose the id, send that header.

All examples are about build 1042 of payment-api. At \`/docs\`, the ids of what you create replace the ids in them.`;

export const INFO = {
  title: 'Maestro',
  description: DESCRIPTION,
  contact: { name: 'The maintainers of Maestro' },
  license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
};

/** In the order in which they are used. */
export const TAGS = [
  { name: 'Runs', description: 'What a pipeline did.' },
  { name: 'Artifacts', description: 'What a run built, and the documents about it.' },
  { name: 'Evidence', description: 'What Maestro read in the content of artifacts.' },
  { name: 'Release gate', description: 'Whether a run may be released.' },
  { name: 'Disclosure packs', description: 'Sets of artifacts to hand out.' },
  { name: 'Trust', description: 'Whose signatures count.' },
  { name: 'Callers', description: 'Who may call, and what each may do.' },
  { name: 'Jobs', description: 'What goes on in the background.' },
  { name: 'Health', description: 'Whether the process is alive and ready for requests.' },
];
