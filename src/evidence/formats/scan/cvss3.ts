// The base score of CVSS 3.0 and 3.1: https://www.first.org/cvss/v3.1/specification-document,
// section 7.1.

const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
const PRIVILEGES = { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } };
const MAX_VECTOR = 200;

/** The base score of a vector; null if it is not one. */
export function cvss3Score(vector: string): number | null {
  if (vector.length > MAX_VECTOR || !/^CVSS:3\.[01]\//.test(vector)) return null;
  const stated = new Map(vector.split('/').map((part) => part.split(':', 2) as [string, string]));
  const weight = (name: string) => WEIGHTS[name]?.[stated.get(name) ?? ''] ?? Number.NaN;
  const scope = stated.get('S');
  if (scope !== 'U' && scope !== 'C') return null;
  const privileges = new Map(Object.entries(PRIVILEGES[scope])).get(stated.get('PR') ?? '') ?? Number.NaN;
  const base = 1 - (1 - weight('C')) * (1 - weight('I')) * (1 - weight('A'));
  const impact = scope === 'U' ? 6.42 * base : 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15;
  const exploitability = 8.22 * weight('AV') * weight('AC') * privileges * weight('UI');
  if (Number.isNaN(impact + exploitability)) return null;
  if (impact <= 0) return 0;
  return roundUp(Math.min((scope === 'U' ? 1 : 1.08) * (impact + exploitability), 10));
}

// In integer hundred thousandths, so that rounding errors of doubles do not add a tenth (appendix
// A).
function roundUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}
