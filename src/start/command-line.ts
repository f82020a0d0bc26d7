// The command line: which command it names, and the text of `help`.

import { unknownName } from '../json/spelling.ts';
import { Config } from './config.ts';
import { TOKEN_ARGS, TOKEN_HELP, type TokenOptions, tokenOptions } from './token-options.ts';

const COMMANDS = {
  serve: { args: '', does: 'Serve the API (the default)' },
  migrate: { args: '', does: 'Bring the schema of DATABASE_URL up to date' },
  prune: { args: '<date>', does: 'Delete the runs in DATABASE_URL that finished before a date, such as 2026-01-31' },
  sweep: { args: '', does: 'Remove content in BLOB_URL that no artifact in DATABASE_URL refers to' },
  token: { args: TOKEN_ARGS, does: 'Create an API token in DATABASE_URL, such as the first one' },
} as const;
export type CommandName = keyof typeof COMMANDS;

const NAMES = Object.keys(COMMANDS) as CommandName[];
const isCommand = (word: string): word is CommandName => Object.hasOwn(COMMANDS, word);

/** A command with its argument or options, or a text to print. */
export type Asked =
  | { command: Exclude<CommandName, 'token'>; argument: string | null }
  | { command: 'token'; options: TokenOptions }
  | { print: string };

const HELP = ['help', '--help', '-h'];
const VERSIONS = ['version', '--version'];

/** Parses the words of the command line. Throws an error of one line if they make no sense. */
export function asked(words: readonly string[], version: string): Asked {
  const rest = words.filter((word, index) => !asksForHelp(word, words[index - 1]));
  const [command = 'serve', argument, ...surplus] = rest;
  if (rest.length < words.length) return { print: helpOf(rest, version) };
  if (VERSIONS.includes(command) && argument === undefined) return { print: `${version}\n` };
  if (!isCommand(command)) throw unknownWord(command);
  if (command === 'token') return { command, options: tokenOptions(rest.slice(1)) };
  const { args } = COMMANDS[command];
  const [first] = args === '' && argument !== undefined ? [argument] : surplus;
  if (first !== undefined)
    throw new Error(
      `${command} takes ${args === '' ? 'no argument' : `only ${args}`}, but got ${first}${hintFor(first)}`,
    );
  if (args !== '' && argument === undefined) throw new Error(`${command} needs ${args}; see ${command} --help`);
  return { command, argument: argument ?? null };
}

// The bare word may be the value of an option: of a name, or an owner.
function asksForHelp(word: string, before = ''): boolean {
  return HELP.includes(word) && (isOption(word) || !/^--[^=]+$/.test(before) || HELP.includes(before));
}

const isOption = (word: string) => word.startsWith('-');

// `--port 9000` is what other servers take.
const hintFor = (word: string) => (isOption(word) ? '; settings are environment variables, see --help' : '');

function unknownWord(word: string): Error {
  const what = isOption(word) ? 'option' : 'command';
  const known = [...NAMES, ...HELP, ...VERSIONS].filter((name) => isOption(name) === isOption(word));
  const hint = what === 'option' ? 'settings are environment variables' : `the commands are ${NAMES.join(', ')}`;
  return new Error(`${unknownName(what, word, known)} (${hint}; see --help)`);
}

function helpOf([word]: readonly string[], version: string): string {
  if (word === undefined) return help(version);
  if (!isCommand(word)) throw unknownWord(word);
  const { args, does } = COMMANDS[word];
  const more = word === 'token' ? `\n${TOKEN_HELP}` : '';
  const usage = ['node dist/server.js', word, args].join(' ').trim();
  return `Usage: ${usage}\n\n${does}.\n${more}\nRun help for the list of settings.\n`;
}

function help(version: string): string {
  const commands = NAMES.map((name) => row(`${name} ${shortArgs(name)}`.trim(), 16, COMMANDS[name].does));
  const others = [row('help, -h', 16, 'Print this text'), row('--version', 16, 'Print the version')];
  const settings = Object.entries(Config.shape).map(([name, setting]) =>
    row(name, 28, `${setting.description}${defaultOf(setting)}`),
  );
  return `Maestro ${version}: release governance for CI pipelines

Usage: node dist/server.js [command]

Commands:
${[...commands, ...others].join('\n')}

Settings are environment variables (default in brackets):
${settings.join('\n')}

Exit status: 0 on success or an orderly stop; 1 on failure, with one line on standard error that says why.
`;
}

// `token --help` has the rest.
const shortArgs = (name: CommandName) => (name === 'token' ? 'create' : COMMANDS[name].args);

const row = (name: string, width: number, text: string) => `  ${name.padEnd(width)}${text}`;

function defaultOf(setting: (typeof Config.shape)[keyof typeof Config.shape]): string {
  const { data } = setting.safeParse(undefined);
  return data === undefined ? '' : ` [${data}]`;
}
