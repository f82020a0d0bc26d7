import { describe, expect, it } from 'vitest';
import { finish, type Operation } from '../../src/openapi/finished.ts';

const parameters = () => [{ in: 'query', name: 'enforce', schema: { type: 'string' }, example: 'true' }];

describe('a finished operation', () => {
  it('has the example of each status, and the headers of that answer', () => {
    const operation: Operation = {
      operationId: 'checkReleaseGate',
      responses: { 404: { content: { 'application/problem+json': {} } }, 503: { content: {} } },
    };
    finish(operation);
    expect(operation.responses?.[404]?.content?.['application/problem+json']?.example).toMatchObject({ status: 404 });
    expect(Object.keys(operation.responses?.[404]?.headers ?? {})).toEqual(['X-Request-Id']);
    expect(Object.keys(operation.responses?.[503]?.headers ?? {})).toEqual(['X-Request-Id', 'Retry-After']);
  });

  it('has no content under a status that answers no body', () => {
    const operation: Operation = { operationId: 'getArtifactContent', responses: { 302: { content: { '*/*': {} } } } };
    finish(operation);
    expect(operation.responses?.[302]?.content).toBeUndefined();
    expect(operation.responses?.[302]?.headers).toHaveProperty('Location');
  });

  it('gains 304 and the headers that it reads', () => {
    const operation: Operation = { operationId: 'getRun', responses: {} };
    finish(operation);
    expect(Object.keys(operation.responses ?? {})).toEqual(['304']);
    expect(operation.parameters).toMatchObject([{ name: 'If-None-Match', in: 'header', required: false }]);
  });

  it('shows the example of a query parameter and does not send it', () => {
    const operation: Operation = { operationId: 'checkReleaseGate', parameters: parameters() };
    finish(operation);
    expect(operation.parameters?.[0]).toEqual({
      in: 'query',
      name: 'enforce',
      schema: { type: 'string', examples: ['true'] },
    });
  });
});
