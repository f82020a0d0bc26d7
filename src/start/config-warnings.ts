// Warnings about the environment: variables that start a server which requires less, or keeps less,
// than its operator believes.

import { nameDistance } from '../json/spelling.ts';
import { Config } from './config.ts';

const SETTINGS = Object.keys(Config.shape);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A sentence for every variable that looks like a misspelt setting, and for a gate whose level was
 * not set.
 */
export function configWarnings(environment: Environment): string[] {
  return [...levelWarning(environment), ...nameWarnings(environment)];
}

function levelWarning({ TRUST_FILE, GATE_MINIMUM_LEVEL }: Environment): string[] {
  if (!TRUST_FILE && GATE_MINIMUM_LEVEL === 'verified')
    return ['GATE_MINIMUM_LEVEL is verified and TRUST_FILE is not set: nobody is trusted, so no run can pass'];
  if (!TRUST_FILE || GATE_MINIMUM_LEVEL) return [];
  return [
    'TRUST_FILE is set and GATE_MINIMUM_LEVEL is not: signatures are verified, and the gate passes without ' +
      'any. Set GATE_MINIMUM_LEVEL to verified, or to asserted if that is meant',
  ];
}

/** A sentence for every variable that looks like a misspelt setting. */
export function nameWarnings(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => !SETTINGS.includes(name))
    .sort()
    .flatMap((name) => {
      const setting = nearest(name);
      return setting === null ? [] : [`${name} is not a setting and has no effect; did you mean ${setting}?`];
    });
}

// A prefix that some add to all variables of a program. A single word after it is ignored:
// Kubernetes sets MAESTRO_PORT for a service of that name.
const PREFIX = /^MAESTRO_(?=[^_]+_)/;

function nearest(name: string): string | null {
  const meant = name.toUpperCase().replaceAll(/[-.]/g, '_').replace(PREFIX, '');
  let best: { setting: string; distance: number } | null = null;
  for (const setting of SETTINGS) {
    if (!isLike(meant, setting)) continue;
    const distance = nameDistance(meant, setting);
    if (best === null || distance < best.distance) best = { setting, distance };
  }
  return best?.setting ?? null;
}

const plain = (name: string) => name.replaceAll('_', '');

function isLike(name: string, setting: string): boolean {
  // A single word, such as HOST, occurs in too many other names.
  if (!setting.includes('_')) return name === setting;
  return isMistyped(plain(name), plain(setting)) || hasWordsOf(name.split('_'), setting.split('_'));
}

// DATABASE_SSL and DATABASE_DIR, two and three edits from DATABASE_URL, are variables of other
// programs.
function isMistyped(name: string, setting: string): boolean {
  const most = setting.length < 14 ? 1 : setting.length < 20 ? 2 : 3;
  return Math.abs(name.length - setting.length) <= most && nameDistance(name, setting) <= most;
}

function hasWordsOf(words: readonly string[], wanted: readonly string[]): boolean {
  if (words.length < 2) return false;
  if (words.length === wanted.length) return isReworded(words, wanted);
  // One word missing (GATE_LEVEL), or one too many, unless it is another program's name before a
  // short one (TEST_DATABASE_URL).
  if (words.length < wanted.length) return isPartOf(words, wanted) && words.length * 3 >= wanted.length * 2;
  return wanted.length > 2 && words.length === wanted.length + 1 && isPartOf(wanted, words);
}

function isReworded(words: readonly string[], wanted: readonly string[]): boolean {
  if ([...words].sort().join() === [...wanted].sort().join()) return true;
  const others = words.flatMap((word, index) => (word === wanted[index] ? [] : [[word, wanted[index] ?? ''] as const]));
  if (others.length === words.length) return false;
  const isLong = wanted.length > 2;
  if (others.every(([word, other]) => isShortFor(word, other, isLong) || isShortFor(other, word, isLong))) return true;
  return isLong && others.length === 1 && words[0] === wanted[0];
}

function isShortFor(word: string, other: string, isLong: boolean): boolean {
  return word.length >= 3 && other.startsWith(word) && (isLong || other.length - word.length <= 2);
}

function isPartOf(words: readonly string[], all: readonly string[]): boolean {
  let found = 0;
  for (const word of all) if (word === words[found]) found += 1;
  return found === words.length;
}
