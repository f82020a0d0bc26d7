// SPDX 2 as YAML, limited to what JSON can express: no aliases, no second document, no duplicate
// keys.
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { yamlFault } from '../../../json/yaml-fault.ts';
import type { Format } from '../../reading.ts';
import { plainYaml } from '../../text/plain-yaml.ts';
import { Unreadable } from '../../unreadable.ts';
import { naming } from '../noting.ts';
import { parseSpdx2, SPDX2_FIELDS } from './spdx.ts';
import { isSpdx2 } from './spdx-json.ts';
import { LINE_ENDS_LOST, lostLineEnds, textForm } from './tag-value.ts';
import { checkYamlSize } from './yaml-size.ts';

export const spdxYaml: Format<'text'> = {
  shape: 'text',
  name: 'spdx-yaml',
  kind: 'sbom',
  fields: SPDX2_FIELDS,
  recognises: ({ text }) => textForm(text) === 'spdx-yaml',
  read({ text }, note) {
    if (lostLineEnds(text)) throw refusal('line_ends_lost', LINE_ENDS_LOST, text);
    naming({ kind: 'sbom', format: 'spdx-yaml' }, () => checkYamlSize(text));
    const document = parse(text);
    if (!isSpdx2(document)) throw refusal('spdx_malformed', 'It holds no SPDX document at its top', text);
    const where = (_: unknown, pointer: string) => pointer;
    return parseSpdx2(document, { format: 'spdx-yaml', strict: false, where, note });
  },
};

// An SPDX document has at most nine levels; the stack of the parser ends at some thousands.
const MAX_DEPTH = 100;

// The types of YAML that JSON has, too: a date stays a text. Aliases would let a small text stand
// for a document of any size.
function parse(text: string): unknown {
  try {
    return (
      plainYaml(text) ?? load(text, { schema: CORE_SCHEMA, maxDepth: MAX_DEPTH, maxAliases: 0, maxTotalMergeKeys: 0 })
    );
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw refusal(codeOf(error.reason), `It is not YAML that is taken here: ${yamlFault(error)}`, text);
  }
}

function codeOf(reason: string): string {
  if (reason.includes('duplicated mapping key')) return 'duplicate_key';
  if (reason.includes('maxDepth')) return 'too_deep';
  if (reason.includes('maxAliases')) return 'yaml_alias';
  return 'yaml-malformed';
}

function refusal(code: string, message: string, text: string): Unreadable {
  const version = /^["']?spdxVersion["']?[ \t]*:[ \t]*["']?SPDX-([0-9.]{1,20})/m.exec(text)?.[1] ?? null;
  return new Unreadable(code, message, { kind: 'sbom', format: 'spdx-yaml', version });
}
