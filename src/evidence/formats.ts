// Every format that is read. The first one that recognises a document reads it.
import { ATTESTATION_LISTS } from './formats/attestation/attestation-lists.ts';
import { buildxInspect } from './formats/attestation/buildx-inspect.ts';
import { detachedSig } from './formats/attestation/detached-sig.ts';
import { dsse } from './formats/attestation/dsse.ts';
import { gcbProvenance } from './formats/attestation/gcb-provenance.ts';
import { intotoStatement } from './formats/attestation/intoto-statement.ts';
import { githubAttestations, npmAttestations } from './formats/attestation/npm-attestations.ts';
import { sigstoreBundle } from './formats/attestation/sigstore-bundle.ts';
import { slsaPredicate } from './formats/attestation/slsa-predicate.ts';
import { TRUST_MATERIAL } from './formats/attestation/trust-material.ts';
import { vulnPredicate } from './formats/attestation/vuln-predicate.ts';
import { cyclonedxJson } from './formats/sbom/cyclonedx-json.ts';
import { cyclonedxXml } from './formats/sbom/cyclonedx-xml.ts';
import { spdxJson } from './formats/sbom/spdx-json.ts';
import { spdxTagValue } from './formats/sbom/spdx-tag-value.ts';
import { spdxRdf, spdxXml } from './formats/sbom/spdx-xml.ts';
import { spdxYaml } from './formats/sbom/spdx-yaml.ts';
import { spdx3JsonLd } from './formats/sbom/spdx3-jsonld.ts';
import { syftJson } from './formats/sbom/syft-json.ts';
import { grypeJson } from './formats/scan/grype-json.ts';
import { junitXml } from './formats/scan/junit-xml.ts';
import { osvScannerJson } from './formats/scan/osv-scanner-json.ts';
import { sarif } from './formats/scan/sarif.ts';
import { scorecardJson } from './formats/scan/scorecard-json.ts';
import { trivyJson } from './formats/scan/trivy-json.ts';
import { csaf } from './formats/vex/csaf.ts';
import { openvex } from './formats/vex/openvex.ts';
import type { Format, Shape } from './reading.ts';

export const FORMATS: readonly Format<Shape>[] = [
  sigstoreBundle,
  dsse,
  ...ATTESTATION_LISTS,
  intotoStatement,
  npmAttestations,
  githubAttestations,
  gcbProvenance,
  buildxInspect,
  slsaPredicate,
  vulnPredicate,
  cyclonedxJson,
  cyclonedxXml,
  spdxJson,
  spdxTagValue,
  spdxYaml,
  spdxXml,
  spdxRdf,
  spdx3JsonLd,
  syftJson,
  openvex,
  csaf,
  sarif,
  grypeJson,
  trivyJson,
  osvScannerJson,
  scorecardJson,
  junitXml,
  detachedSig,
  ...TRUST_MATERIAL,
] as readonly Format<Shape>[];
