// What zod schemas cannot express: the headers of operations, and true examples of requests and
// answers.
import { bodyOf, type Example } from './examples/example.ts';
import { EXAMPLES } from './examples/examples.ts';
import {
  FINISHED_RUN,
  NEW_ARTIFACT,
  NEW_PACK,
  NEW_RUN,
  NEW_TOKEN,
  REQUEST_ID,
  ROTATION,
  SBOM_TEXT,
} from './examples/story.ts';
import { HEADER_PARAMETERS, type HeaderParameter, RESPONSE_HEADERS, SOMETIMES } from './headers.ts';

type Content = Record<string, { schema?: object; example?: unknown }>;
type Parameter = HeaderParameter | { in: string; schema: object; example?: unknown; description?: string };
type Response = { description?: string; headers?: object; content?: Content };

export type Operation = {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses?: Record<string, Response>;
};

const REQUESTS: Readonly<Record<string, object>> = {
  createRun: NEW_RUN,
  updateRun: FINISHED_RUN,
  createArtifact: NEW_ARTIFACT,
  createDisclosurePack: NEW_PACK,
  createToken: NEW_TOKEN,
  rotateToken: ROTATION,
};

const NOT_MODIFIED: Response = { description: 'Not modified: your copy is current.' };

/** Completes an operation that was generated from the schemas of its route. */
export function finish(operation: Operation): void {
  const { operationId = '' } = operation;
  const examples: Readonly<Record<string, Example>> = EXAMPLES[operationId] ?? {};
  if (examples[304] !== undefined) operation.responses = { ...operation.responses, 304: NOT_MODIFIED };
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    finishResponse(response, examples[status] ?? {}, SOMETIMES[operationId]?.[status] ?? {});
  }
  finishRequest(operation, operationId);
}

const answerOf = (operation: string, status: number) => bodyOf(EXAMPLES[operation]?.[status] ?? {});

const SCHEMAS: Readonly<Record<string, unknown>> = {
  Run: answerOf('getRun', 200),
  Artifact: answerOf('getArtifact', 200),
  DisclosurePack: answerOf('getDisclosurePack', 200),
  RunManifest: answerOf('getRunManifest', 200),
  ReleaseGateResult: answerOf('checkReleaseGate', 200),
  BlockedProblem: answerOf('checkReleaseGate', 409),
  EvidenceReport: answerOf('getEvidence', 200),
  TrustReport: answerOf('getTrust', 200),
  Token: answerOf('getToken', 200),
  CreatedToken: answerOf('createToken', 201),
  Whoami: answerOf('getWhoami', 200),
  JobProgress: [answerOf('listJobs', 200)].flat()[0],
  Problem: answerOf('createRun', 422),
  Health: answerOf('getHealth', 200),
  Ready: answerOf('getReadiness', 200),
  Version: answerOf('getVersion', 200),
  CreateRunRequest: NEW_RUN,
  UpdateRunRequest: FINISHED_RUN,
  CreateArtifactRequest: NEW_ARTIFACT,
  CreateDisclosurePackRequest: NEW_PACK,
  CreateTokenRequest: NEW_TOKEN,
  RotateTokenRequest: ROTATION,
};

/** Gives a schema one consistent example: those of its fields need not fit together. */
export function finishSchema(name: string, schema: { examples?: unknown[] }): void {
  if (SCHEMAS[name] !== undefined) schema.examples = [SCHEMAS[name]];
}

function finishResponse(response: Response, example: Example, sometimes: Readonly<Record<string, string>>): void {
  const body = bodyOf(example);
  if (body === undefined) delete response.content;
  for (const content of Object.values(response.content ?? {})) content.example = body;
  const values = { 'x-request-id': REQUEST_ID, ...sometimes, ...example.headers };
  response.headers = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const known = RESPONSE_HEADERS[key];
      if (known === undefined) return [];
      const { name, description } = known;
      return [[name, { description, schema: { type: 'string' }, example: value }]];
    }),
  );
}

function finishRequest(operation: Operation, operationId: string): void {
  const { content } = operation.requestBody ?? {};
  for (const [type, one] of Object.entries(content ?? {})) {
    if (type === 'application/json') one.example = REQUESTS[operationId];
    if (type === 'text/plain') one.example = SBOM_TEXT;
  }
  const parameters = [...(operation.parameters ?? []), ...(HEADER_PARAMETERS[operationId] ?? [])];
  for (const parameter of parameters) asIs(parameter);
  if (parameters.length > 0) operation.parameters = parameters;
}

// Swagger UI sends the example of a parameter unless the user clears it. Beside the schema it is
// only shown.
function asIs(parameter: Parameter): void {
  if (parameter.in !== 'query' || !('example' in parameter)) return;
  parameter.schema = { ...parameter.schema, examples: [parameter.example] };
  delete parameter.example;
}
