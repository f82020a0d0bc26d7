// Where the index and the readers disagree about a real document, and why the readers stay as they are.

const UNVERIFIED = 'Only a signature, a certificate, a time or a log entry is wrong. Reading does not verify these.';
const ZIP = 'It is a zip archive, which is refused whatever it contains.';
const VISIBLE = 'It was tampered with visibly: a required part is missing or broken.';
const UNDERSTOOD = 'The part that is wrong is not needed to understand it.';
const FLAT = 'It is valid by the rules of OpenVEX 0.0.1; the index applies those of 0.2.0.';
const DANGLING = 'It refers to an element that it does not contain.';

export const DISAGREEMENTS: Readonly<Record<string, string>> = {
  'attestations/archivista/test/fail.attestation.json': UNVERIFIED,
  'attestations/npm-cli/workspaces/libnpmpublish/test/fixtures/multi-subject-provenance-bundle.json': UNVERIFIED,
  'attestations/npm-cli/workspaces/libnpmpublish/test/fixtures/valid-bundle.json': UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/intoto-expired-certificate_fail/bundle.sigstore.json': UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/managed-key-no-key_fail/bundle.sigstore.json': UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/managed-key-wrong-key_fail/bundle.sigstore.json': UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/rekor2-timestamp-outside-trust-root-tsa-validity_fail/bundle.sigstore.json':
    UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/rekor2-timestamp-outside-tsa-cert-validity_fail/bundle.sigstore.json':
    UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail/bundle.sigstore.json':
    UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/rekor2-timestamp-with-incorrect-time_fail/bundle.sigstore.json':
    UNVERIFIED,
  'attestations/sigstore-conformance/bundle-verify/trust-root-tlog-missing-validity-start_fail/bundle.sigstore.json':
    UNVERIFIED,
  'attestations/sigstore-python/bundle_no_log_entry.txt.sigstore': UNVERIFIED,
  'attestations/sigstore-python/tsa/bundle.duplicate.sigstore': UNVERIFIED,
  'attestations/sigstore-python/tsa/bundle.txt.late_timestamp.sigstore': UNVERIFIED,

  'attestations/gh-cli/github_provenance_demo-0.0.12-py3-none-any.whl': ZIP,
  'attestations/sigstore-python/bundle_v3_github.whl': ZIP,
  'attestations/slsa-verifier/gha_gradle/v2.1.0/binary-linux-amd64-push-v13.0.30': ZIP,
  'attestations/slsa-verifier/gha_gradle/v2.1.0/binary-linux-amd64-push-v14': ZIP,
  'attestations/slsa-verifier/gha_gradle/v2.1.0/binary-linux-amd64-push-v14.2': ZIP,
  'attestations/slsa-verifier/gha_gradle/v2.1.0/binary-linux-amd64-workflow_dispatch': ZIP,
  'attestations/slsa-verifier/gha_maven/v2.1.0/binary-linux-amd64-workflow_dispatch': ZIP,

  'attestations/pacote/malformed-subject-attestations.json': VISIBLE,
  'attestations/sigstore-conformance/bundle-verify/invalid-inclusion-proof_fail/bundle.sigstore.json': VISIBLE,
  'attestations/slsa-verifier/gcb_container/v0.2/gcloud-container-empty-signature.json': VISIBLE,
  'attestations/slsa-verifier/gcb_container/v0.3/gcloud-container-empty-signature.json': VISIBLE,
  'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-empty-signature.json': VISIBLE,
  'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-invalid-payload-encoding.json': VISIBLE,
  'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-invalid-signature-payloadtype.json': VISIBLE,
  'attestations/slsa-verifier/internal/gcb/testdata/gcloud-container-no-provenance.json': VISIBLE,
  'attestations/slsa-verifier/internal/gcb/testdata/v1.0-gcloud-container-github-both-invalid-sig.json': VISIBLE,
  'attestations/slsa-verifier/internal/gcb/testdata/v1.0-gcloud-container-github-single-invalid-sig.json': VISIBLE,
  'attestations/slsa-verifier/internal/gha/testdata/npm-att-mismatch-prov-payloadtype.intoto.sigstore': VISIBLE,
  'attestations/slsa-verifier/internal/gha/testdata/npm-att-mismatch-pub-payloadtype.intoto.sigstore': VISIBLE,
  'attestations/slsa-verifier/internal/gha/testdata/npm-att-publish-nodigest.intoto.sigstore': VISIBLE,
  'attestations/slsa-verifier/internal/gha/testdata/npm-stmt-mismatch-prov-type.intoto.sigstore': VISIBLE,
  'tool-native/grype-sbom-inputs/grype/pkg/testdata/alpine-tampered.cdx.att.json': VISIBLE,

  'attestations/conforma/pkg/schema/examples/hacbs1_invalid.json': UNDERSTOOD,
  'spdx/protobom/test/conformance/testdata/spdx/2.3/json/curl.spdx.json': UNDERSTOOD,
  'spdx/tools-python/data/circleConversionTestInitialDocument.json': UNDERSTOOD,
  'spdx/trivy/pkg/fanal/analyzer/sbom/testdata/sbom-without-app-component.spdx.json': UNDERSTOOD,
  'vex/go-vex/csaf/testdata/openvex.json': FLAT,
  'vex/go-vex/vex/testdata/v0.0.1.json': FLAT,
  'vuln-reports/cosign/pkg/policy/testdata/malformed/custom': UNDERSTOOD,
  'vuln-reports/cosign/pkg/policy/testdata/malformed/vuln': UNDERSTOOD,

  'spdx/syft/spdxjson/testdata/spdx/alpine-3.10.vendor.spdx.json': DANGLING,
  'spdx/trivy/pkg/sbom/spdx/testdata/happy/with-file-as-relationship-parent.json': DANGLING,

  'attestations/collector/repository/github/testdata/output.json':
    'Its statement has its type in `type` instead of `_type`, which breaks the specification.',
  'attestations/slsa-verifier/internal/gha/testdata/bundle/valid.intoto.sigstore':
    'Its statement has no predicate type, which breaks the specification, whoever signed it.',
  'attestations/sigstore-python/bundle_no_checkpoint.txt.crt':
    'It is a certificate encoded in base64 twice. Nothing but the extra layer distinguishes it from a signature.',
  'cyclonedx/cyclonedx-cli/bom-1.3.xml.invalid.sig':
    'It is the raw bytes of a signature, which cannot be distinguished from other bytes.',
  'cyclonedx/cyclonedx-cli/bom-1.3.xml.valid.sig':
    'It is the raw bytes of a signature, which cannot be distinguished from other bytes.',
  'cyclonedx/guac/invalid-cyclonedx.xml': 'XML without an element is not well-formed.',
  'derived/sbom/cyclonedx-1.6.json.gz': 'It is decompressed, so it is the SBOM inside.',
  'junit/action-junit-report/junit-web-test/expected.xml': 'It has control characters, which XML does not allow.',
  'junit/chainloop/cobertura.xml': 'It has a document type, which is refused in any XML.',
  'junit/chainloop/junit-invalid.xml': 'It is not well-formed, so it is not a test report.',
  'sarif/sarif-tutorials/ExceptionalConditions/No runs.sarif':
    'It is SARIF by its version and schema; `runs: null` breaks its specification.',
  'spdx/ntia/doc_fest/MetaSpdxscanner/app-bom-ination-1.0.spdx.tag':
    'It is tag-value that was written as a byte string of Python, and is YAML only by accident.',
  'spdx/tools-python/data/SPDXXMLExample-v2.2.spdx.xml': 'SPDX as XML is recognised but not supported.',
  'vuln-reports/chainloop/twistcli_scan.json': 'It is a report of Prisma Cloud (twistcli), not of OSV-Scanner.',
};
