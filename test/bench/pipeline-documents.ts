// What a pipeline uploads: the build and documents about it, with bytes of their own for each pipeline, since
// content that is already stored is not stored or read again.
import { createCipheriv, createHash } from 'node:crypto';
import type { ArtifactKind } from '../../src/domain/artifact/artifact.ts';
import { contentOf, type DocumentName, documentOf } from '../evidence/documents.ts';

export type Upload = {
  kind: ArtifactKind;
  path: string;
  mediaType: string;
  /** The flags that the caller declares. */
  declared: { sbom_present?: true; slsa_provenance_present?: true; risk_assessment_present?: true };
  bytes: Buffer;
};

/** The build first: the others are about it. */
export type Uploads = readonly [build: Upload, ...documents: [Upload, Upload, Upload]];

const BUILD_BYTES = 600_000;
const SBOM_BYTES = 2_000_000;
const SMALL_SBOM_BYTES = 200_000;
const REPORT_BYTES = 670_000;

/** The uploads of pipeline `number`: the same for the same number, and of the same size for every number. */
export function uploadsOf(number: number): Uploads {
  const build = opaque(number);
  const sha256 = createHash('sha256').update(build).digest('hex');
  const sbom = (path: string, bytes: number): Upload => ({
    ...{ kind: 'sbom', path, mediaType: 'application/vnd.cyclonedx+json', declared: { sbom_present: true } },
    bytes: renamed(template('CycloneDX JSON', bytes), `${number} ${path}`, sha256),
  });
  return [
    {
      ...{ kind: 'other', path: 'dist/payment-api', mediaType: 'application/octet-stream' },
      declared: { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true },
      bytes: build,
    },
    sbom('reports/image.cdx.json', SBOM_BYTES),
    sbom('reports/application.cdx.json', SMALL_SBOM_BYTES),
    {
      ...{ kind: 'test_report', path: 'reports/junit.xml', mediaType: 'application/xml', declared: {} },
      bytes: renamed(template('JUnit XML', REPORT_BYTES), `${number} reports/junit.xml`, sha256),
    },
  ];
}

/** The JSON of the JUnit report: what `JSON.parse` has in place of its XML. */
export function reportAsJson(): Buffer {
  return Buffer.from(JSON.stringify(contentOf('JUnit XML', entriesIn('JUnit XML', REPORT_BYTES))));
}

/** Bytes in none of the formats that are read, which do not compress either. */
function opaque(number: number): Buffer {
  const key = createHash('sha256').update(`build ${number}`).digest();
  const bytes = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(BUILD_BYTES));
  bytes.write('\x7fELF');
  return bytes;
}

const templates = new Map<DocumentName, Map<number, string>>();

/** A document of about so many bytes, made once. */
function template(name: DocumentName, bytes: number): string {
  const bySize = templates.get(name) ?? new Map<number, string>();
  templates.set(name, bySize);
  const known = bySize.get(bytes) ?? documentOf(name, entriesIn(name, bytes)).toString();
  bySize.set(bytes, known);
  return known;
}

function entriesIn(name: DocumentName, bytes: number): number {
  const [few, many] = [100, 1_100];
  const each = (documentOf(name, many).length - documentOf(name, few).length) / (many - few);
  return Math.round(bytes / each);
}

/** The digest by which a generated SBOM names what it describes. */
const DESCRIBED = 'ab'.repeat(32);
const VARIED = /library-of-some-name|[0-9a-f]{64}|3e671687-395b-41f5-a30f-a58921a69b79/g;

/** The same document with names and digests of its own, about the build with this SHA-256. */
function renamed(text: string, seed: string, sha256: string): Buffer {
  const of = (what: string) => createHash('sha256').update(`${seed} ${what}`).digest('hex');
  const own = of('name');
  const serial = own.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-a$4-$5');
  return Buffer.from(
    text.replace(VARIED, (found) => {
      if (found === DESCRIBED) return sha256;
      if (found.startsWith('library')) return `library-${own.slice(0, 'of-some-name'.length)}`;
      return found.length === DESCRIBED.length ? of(found) : serial;
    }),
  );
}
