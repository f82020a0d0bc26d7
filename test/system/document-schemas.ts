// The schemas of the OpenAPI document as a stranger's tool reads them: JSON Schema 2020-12, checked by ajv.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Operation } from './request-generator.ts';

export type DocumentSchemas = {
  /** What the document finds wrong with an answer's body; null where it fits. */
  faultOfAnswer(operation: Operation, status: number, body: unknown): string | null;
  /** The same for a request's body. */
  faultOfRequest(operation: Operation, body: unknown): string | null;
  /** The same for what a named schema describes. */
  faultOfSchema(name: string, value: unknown): string | null;
};

export function documentSchemas(document: object): DocumentSchemas {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<string, ValidateFunction>();

  function faultOf(operation: Operation, place: string, mediaType: string, body: unknown): string | null {
    const path = operation.path.replaceAll('/', '~1');
    const method = operation.method.toLowerCase();
    return faultAt(`/paths/${path}/${method}/${place}/content/${mediaType.replace('/', '~1')}/schema`, body);
  }

  function faultAt(pointer: string, body: unknown): string | null {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
    compiled.set(pointer, validate);
    return validate(body) ? null : ajv.errorsText(validate.errors);
  }

  return {
    faultOfAnswer: (operation, status, body) =>
      faultOf(operation, `responses/${status}`, status < 400 ? 'application/json' : 'application/problem+json', body),
    faultOfRequest: (operation, body) => faultOf(operation, 'requestBody', 'application/json', body),
    faultOfSchema: (name, value) => faultAt(`/components/schemas/${name}`, value),
  };
}
