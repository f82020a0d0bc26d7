import { MaestroError } from '../domain/errors.ts';
import { TOKEN_REFUSALS, type TokenRefusalCode } from './token-refusal.ts';

/** The refusal of an ID token, in the words of its code. They show nothing of it. */
export function idTokenRefused(code: TokenRefusalCode): MaestroError {
  return new MaestroError(`id_token_${code}`, `The ID token is not accepted. ${TOKEN_REFUSALS[code]}`);
}
