// Every format that is read. The first that recognises a document reads it.
import { ATTESTATION_LISTS } from './formats/attestation-lists.ts';
import { buildxInspect } from './formats/buildx-inspect.ts';
import { csaf } from './formats/csaf.ts';
import { cyclonedxJson } from './formats/cyclonedx-json.ts';
import { cyclonedxXml } from './formats/cyclonedx-xml.ts';
import { detachedSig } from './formats/detached-sig.ts';
import { dsse } from './formats/dsse.ts';
import { gcbProvenance } from './formats/gcb-provenance.ts';
import { grypeJson } from './formats/grype-json.ts';
import { intotoStatement } from './formats/intoto-statement.ts';
import { junitXml } from './formats/junit-xml.ts';
import { githubAttestations, npmAttestations } from './formats/npm-attestations.ts';
import { openvex } from './formats/openvex.ts';
import { osvScannerJson } from './formats/osv-scanner-json.ts';
import { sarif } from './formats/sarif.ts';
import { scorecardJson } from './formats/scorecard-json.ts';
import { sigstoreBundle } from './formats/sigstore-bundle.ts';
import { slsaPredicate } from './formats/slsa-predicate.ts';
import { spdxJson } from './formats/spdx-json.ts';
import { spdxTagValue } from './formats/spdx-tag-value.ts';
import { spdxRdf, spdxXml } from './formats/spdx-xml.ts';
import { spdxYaml } from './formats/spdx-yaml.ts';
import { spdx3JsonLd } from './formats/spdx3-jsonld.ts';
import { syftJson } from './formats/syft-json.ts';
import { trivyJson } from './formats/trivy-json.ts';
import { TRUST_MATERIAL } from './formats/trust-material.ts';
import { vulnPredicate } from './formats/vuln-predicate.ts';
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
