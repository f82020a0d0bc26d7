// Requests that provoke every answer of the operations on trust and health.
import { MaestroError } from '../../../src/domain/errors.ts';
import { refusalOf } from '../../../src/http/problem.ts';
import { anywhere, type Cases, DEFECT, ofProbe, openly, throws } from './case.ts';
import { TRUST_FILE } from './trust-file.ts';

const TOO_SLOW = new MaestroError('handler_timeout', 'The answer took too long; try again');

export const health: Cases = {
  getTrust: {
    ...anywhere({ url: '/maestro/trust' }),
    200: { request: { url: '/maestro/trust' }, options: { changes: { trustFile: () => TRUST_FILE } } },
  },
  getVersion: {
    ...openly({ url: '/version' }),
    200: { request: { url: '/version' }, options: { changes: { nodeVersion: '24.11.1' } } },
    500: { reason: 'it asks nothing that could fail', error: refusalOf(DEFECT) },
    503: { reason: 'it asks nothing that could be away', error: TOO_SLOW },
  },
  getHealth: {
    ...ofProbe({ url: '/health' }),
    200: { request: { url: '/health' } },
    500: { reason: 'it asks nothing that could fail', error: refusalOf(DEFECT) },
    503: { reason: 'it answers at once, under overload too', error: TOO_SLOW },
  },
  getReadiness: {
    ...ofProbe({ url: '/ready' }),
    200: { request: { url: '/ready' } },
    500: {
      request: { url: '/ready' },
      options: {
        deps: ({ stores }) => ({ stores: { ...stores, ping: throws(DEFECT) } }),
      },
    },
    503: { request: { url: '/ready' }, options: { deps: () => ({ readiness: () => 'stopping' }) } },
  },
};
