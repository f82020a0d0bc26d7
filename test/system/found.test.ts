// Small documents that were read wrongly once, each with what is right. `MAESTRO_VECTORS` names the folder whose `found` holds them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import { earnedFlag } from '../../src/domain/gate/document-flag.ts';
import { readDocument } from '../../src/evidence/read.ts';

const FOLDER = join(process.env.MAESTRO_VECTORS ?? '', 'found');
const IS_UNSET = process.env.MAESTRO_VECTORS === undefined;

const sbom = (facts: object, rest: object = {}) => ({ state: 'read', kind: 'sbom', facts, ...rest });
const finding = (part: object) => ({ findings: expect.arrayContaining([expect.objectContaining(part)]) });
const message = (text: string | RegExp) => finding({ message: expect.stringMatching(text) });

/** Part of the right reading of each, and the flag that it earns. */
const RIGHT: Record<string, [reading: object, flag: string | null]> = {
  'w07-trivy-cosign-vuln.json': [
    { kind: 'vuln-report', facts: { vulnerabilities: 2, by_severity: { critical: 1, high: 1 } } },
    'risk_assessment_present',
  ],
  'r40-grype-0691-empty-descriptor.json': [
    { kind: 'vuln-report', format: 'grype-json', facts: { vulnerabilities: 1, by_severity: { high: 1 } } },
    'risk_assessment_present',
  ],
  'r20-openvex-001.json': [{ kind: 'vex', valid: true, findings: [] }, 'risk_assessment_present'],
  'c01-csaf-no-impact.json': [message('6.1.27.9'), 'risk_assessment_present'],
  'c04-csaf-affected-no-remedy.json': [message('6.1.27.10'), 'risk_assessment_present'],
  'c07-csaf-no-cve-notes.json': [{ ...message('6.1.27.8'), facts: { disqualified: 'nothing_named' } }, null],
  's02-iri-scp.json': [
    { valid: false, ...finding({ severity: 'error', message: expect.stringContaining('iri-reference') }) },
    'sbom_present',
  ],
  's04-iri-https-colon.json': [
    { valid: false, ...finding({ severity: 'error', message: expect.stringContaining('iri-reference') }) },
    'sbom_present',
  ],
  's30-xml-https-colon.xml': [{ valid: false, ...message('https://github.com:ethlo/itu') }, 'sbom_present'],
  'n13-cdx-noassertion.json': [
    sbom({ components: 3, with_version: 2, with_supplier: 0, with_licence: 0, licences: {} }),
    'sbom_present',
  ],
  'q01-syft-no-metadata.json': [sbom({ licences: { MIT: 1, 'GPL-2.0-only': 1 } }), 'sbom_present'],
  's14-scoped-purl-pct.json': [sbom({ components: 3, with_purl: 2 }, message('not-a-purl')), 'sbom_present'],
  'p03-spdx-bad-purl.json': [sbom({ with_purl: 0 }, message('not-a-purl')), null],
  'j09-testng-0160.xml': [{ kind: 'test-report', facts: { duration_seconds: 0.16 } }, null],
  'j06-phpunit-risky.xml': [{ facts: { tests: 3, passed: 1, failed: 0, errors: 1, skipped: 0 } }, null],
  'r12-docker-buildx-sbom-wrapper.json': [sbom({ components: 1, subject: { name: 'app' } }), 'sbom_present'],
  'b09-gh-verify-array.json': [{ state: 'read', kind: 'provenance' }, 'slsa_provenance_present'],
  'v05-p384-sha256.json': [{ state: 'read', kind: 'provenance' }, 'slsa_provenance_present'],
  'r17-osv-empty-results.json': [{ kind: 'vuln-report', facts: { vulnerabilities: 0 } }, null],
  'r23-sarif-suppressed.sarif': [{ facts: { results: 1, suppressed: 1, absent: 1 } }, 'risk_assessment_present'],
  'n10-spdx-depends-noassertion.json': [sbom({ ntia: { dependency_relationship: false } }), 'sbom_present'],
  'n01-cdx-tool-only.json': [sbom({ ntia: { author: false } }), 'sbom_present'],
  'v25-cosign-schema-type.json': [{ facts: { predicate: { kind: 'sbom', components: 1 } } }, 'sbom_present'],
  'v27-cosign-spdx-tv-string.json': [{ facts: { predicate: { kind: 'sbom', subject: { name: 'a' } } } }, null],
  'r11c-spdx-tv-newlines-stripped.spdx': [{ state: 'unreadable', ...message(/--data-binary|-T/) }, null],
  'w04-gitlab-v1.json': [
    { kind: 'provenance', facts: { source: { commit: 'a288201509dd9a85da4141e07522bad412938dbe' } } },
    'slsa_provenance_present',
  ],
};

const flagOf = ({ state, facts, subjects, tool }: Reading) =>
  state === 'read' ? earnedFlag({ facts, subjects }, tool) : null;

describe.skipIf(IS_UNSET)('a document that was read wrongly once', () => {
  it('is among those that are named here', () => {
    expect(
      existsSync(FOLDER) &&
        readdirSync(FOLDER)
          .filter((name) => name !== 'INDEX.tsv')
          .sort(),
    ).toEqual(Object.keys(RIGHT).sort());
  });

  it.each(Object.entries(RIGHT))('is read rightly: %s', async (name, [right, flag]) => {
    const reading = await readDocument(readFileSync(join(FOLDER, name)));
    expect(reading).toMatchObject(right);
    expect(flagOf(reading)).toBe(flag);
  });
});
