/** What names the verifier of today; it goes up when anything is verified differently, so that all is verified again. */
export const VERIFIER = 'maestro/2';
