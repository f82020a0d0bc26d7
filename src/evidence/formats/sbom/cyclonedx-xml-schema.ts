// Faults of a CycloneDX document against the XML schema of its version.
import type { Note } from '../../reading.ts';
import { isOfHash, publishedXsdFile, xsdFile, xsdName } from './cyclonedx-xsd.ts';
import { type XsdFault, xsdFaults } from './xsd.ts';

const VERSIONS = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];

// One fault can cost milliseconds: see `xsdFaults`.
const MAX_FAULTS = 100;

// About a second of work.
const MAX_CHARACTERS = 12 * 1024 * 1024;

export function isXmlVersion(version: string): boolean {
  return VERSIONS.includes(version);
}

/**
 * Notes the faults of a document against the schema of its version, at most 100. A text of more
 * than 12 Mi characters is not checked.
 */
export async function checkXmlSchema(version: string, text: string, note: Note): Promise<void> {
  if (text.length > MAX_CHARACTERS) {
    notChecked(`It is too large to be checked against the schema: more than ${MAX_CHARACTERS} characters`, note);
    return;
  }
  const faults = await faultsOf(version, text);
  for (const { message, line } of faults)
    note({ code: 'schema', severity: 'error', message: readable(message, version), pointer: `line ${line}` });
  if (faults.length >= MAX_FAULTS)
    notChecked(`After ${MAX_FAULTS} faults the rest was not checked against the schema`, note);
}

async function faultsOf(version: string, text: string): Promise<XsdFault[]> {
  const name = xsdName(version);
  const fast = { name, key: `${name}, fast`, readFile: (file: string) => xsdFile(file, version) };
  const faults = await xsdFaults(text, fast, MAX_FAULTS);
  if (!faults.some(({ message }) => isOfHash(message))) return faults;
  const published = { name, key: name, readFile: (file: string) => publishedXsdFile(file, version) };
  return xsdFaults(text, published, MAX_FAULTS);
}

function notChecked(message: string, note: Note): void {
  note({ code: 'schema_not_checked', severity: 'warning', message, pointer: null });
}

function readable(message: string, version: string): string {
  return message
    .replaceAll(`{http://cyclonedx.org/schema/bom/${version}}`, '')
    .replace(/ is not an element of the set \{.*$/s, ' is not one of the allowed values');
}
