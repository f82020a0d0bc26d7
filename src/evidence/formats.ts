// Every format that is read. The first that recognises a document reads it.
import { cyclonedxJson } from './formats/cyclonedx-json.ts';
import { cyclonedxXml } from './formats/cyclonedx-xml.ts';
import { detachedSig } from './formats/detached-sig.ts';
import { dsse, dsseLines } from './formats/dsse.ts';
import { gcbProvenance } from './formats/gcb-provenance.ts';
import { intotoStatement } from './formats/intoto-statement.ts';
import { githubAttestations, npmAttestations } from './formats/npm-attestations.ts';
import { sigstoreBundle, sigstoreLines } from './formats/sigstore-bundle.ts';
import { slsaPredicate } from './formats/slsa-predicate.ts';
import { spdxJson } from './formats/spdx-json.ts';
import { spdxTagValue } from './formats/spdx-tag-value.ts';
import { spdxRdf, spdxXml } from './formats/spdx-xml.ts';
import { spdxYaml } from './formats/spdx-yaml.ts';
import { spdx3JsonLd } from './formats/spdx3-jsonld.ts';
import { syftJson } from './formats/syft-json.ts';
import { TRUST_MATERIAL } from './formats/trust-material.ts';
import { vulnPredicate } from './formats/vuln-predicate.ts';
import type { Format, Shape } from './reading.ts';

export const FORMATS: readonly Format<Shape>[] = [
  sigstoreBundle,
  sigstoreLines,
  dsse,
  dsseLines,
  intotoStatement,
  npmAttestations,
  githubAttestations,
  gcbProvenance,
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
  detachedSig,
  ...TRUST_MATERIAL,
] as readonly Format<Shape>[];
