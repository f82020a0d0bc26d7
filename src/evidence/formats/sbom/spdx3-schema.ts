// The structure of SPDX 3.0 elements, as in the JSON schema of 3.0.1
// (spdx.org/schema/3.0.1/spdx-json-schema.json).
import { objectOf } from '../../../json/fields.ts';
import { checkFields, flag, list, oneOf, type Place, type Rule, text, whole } from './shape-rules.ts';

/** Checks one element, or another object with a type. `closed`: unknown fields are faults. */
export function checkElement(value: unknown, closed: boolean, place: Place): void {
  const object = objectOf(value);
  const type = object !== null && Object.hasOwn(object, 'type') ? object.type : undefined;
  const known = typeof type === 'string' ? CLASSES.get(type) : undefined;
  if (object === null) place.fault('must be object', value);
  else if (type === undefined) place.fault("must have required property 'type'", value);
  else if (known === undefined) place.fault('must be of a type that SPDX 3 has', value);
  else checkFields(object, known.required, known.rules, !closed, place);
}

// As in the schema: with a colon that is neither first nor last, or a blank node.
const reference: Rule = (value, place) => {
  if (typeof value === 'string') {
    const colon = value.indexOf(':', 1);
    if (!INDIVIDUALS.has(value) && (colon === -1 || colon === value.length - 1))
      place.fault('must be an IRI or a blank node', value);
  } else checkElement(value, true, place);
};

const iri: Rule = (value, place) => {
  if (typeof value !== 'string' || value.startsWith('_:') || value.indexOf(':', 1) === -1)
    place.fault('must be an IRI', value);
};

const INDIVIDUALS = new Set([
  ...['NoAssertionElement', 'NoneElement', 'SpdxOrganization'],
  ...['expandedlicensing_NoAssertionLicense', 'expandedlicensing_NoneLicense'],
]);

const timestamp: Rule = (value, place) => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value))
    place.fault('must be a date and time in UTC, in whole seconds', value);
};

const version: Rule = (value, place) => {
  if (typeof value !== 'string' || !/^\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+].{1,100})?$/.test(value))
    place.fault('must be a semantic version', value);
};

const number: Rule = (value, place) => {
  const fits = typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,400}(?:\.\d{0,400})?$/.test(value));
  if (!fits) place.fault('must be a decimal number', value);
};

const anything: Rule = () => undefined;

const TYPES: Readonly<Record<string, Rule>> = {
  text,
  flag,
  whole,
  iri,
  timestamp,
  version,
  number,
  reference,
  anything,
  hash: oneOf(
    ...['adler32', 'blake2b256', 'blake2b384', 'blake2b512', 'blake3', 'crystalsDilithium', 'crystalsKyber', 'falcon'],
    ...['md2', 'md4', 'md5', 'md6', 'other', 'sha1', 'sha224', 'sha256', 'sha384', 'sha3_224', 'sha3_256', 'sha3_384'],
    ...['sha3_512', 'sha512'],
  ),
  identifier: oneOf(
    ...['cpe22', 'cpe23', 'cve', 'email', 'gitoid', 'other', 'packageUrl', 'securityOther', 'swhid', 'swid'],
    'urlScheme',
  ),
  profile: oneOf(
    ...['ai', 'build', 'core', 'dataset', 'expandedLicensing', 'extension', 'lite', 'security', 'simpleLicensing'],
    'software',
  ),
  purpose: oneOf(
    ...['application', 'archive', 'bom', 'configuration', 'container', 'data', 'device', 'deviceDriver', 'diskImage'],
    ...['documentation', 'evidence', 'executable', 'file', 'filesystemImage', 'firmware', 'framework', 'install'],
    ...['library', 'manifest', 'model', 'module', 'operatingSystem', 'other', 'patch', 'platform', 'requirement'],
    ...['source', 'specification', 'test'],
  ),
  relationship: oneOf(
    ...['affects', 'amendedBy', 'ancestorOf', 'availableFrom', 'configures', 'contains', 'coordinatedBy', 'copiedTo'],
    ...['delegatedTo', 'dependsOn', 'descendantOf', 'describes', 'doesNotAffect', 'expandsTo', 'exploitCreatedBy'],
    ...['fixedBy', 'fixedIn', 'foundBy', 'generates', 'hasAddedFile', 'hasAssessmentFor'],
    ...['hasAssociatedVulnerability', 'hasConcludedLicense', 'hasDataFile', 'hasDeclaredLicense', 'hasDeletedFile'],
    ...['hasDependencyManifest', 'hasDistributionArtifact', 'hasDocumentation', 'hasDynamicLink', 'hasEvidence'],
    ...['hasExample', 'hasHost', 'hasInput', 'hasMetadata', 'hasOptionalComponent', 'hasOptionalDependency'],
    ...['hasOutput', 'hasPrerequisite', 'hasProvidedDependency', 'hasRequirement', 'hasSpecification', 'hasStaticLink'],
    ...['hasTest', 'hasTestCase', 'hasVariant', 'invokedBy', 'modifiedBy', 'other', 'packagedBy', 'patchedBy'],
    ...['publishedBy', 'reportedBy', 'republishedBy', 'serializedInArtifact', 'testedOn', 'trainedOn'],
    ...['underInvestigationFor', 'usesTool'],
  ),
  completeness: oneOf('complete', 'incomplete', 'noAssertion'),
  presence: oneOf('no', 'noAssertion', 'yes'),
  scope: oneOf('build', 'design', 'development', 'other', 'runtime', 'test'),
  sbom: oneOf('analyzed', 'build', 'deployed', 'design', 'runtime', 'source'),
  support: oneOf(
    ...['deployed', 'development', 'endOfSupport', 'limitedSupport', 'noAssertion', 'noSupport', 'support'],
  ),
  annotation: oneOf('other', 'review'),
  fileKind: oneOf('directory', 'file'),
  content: oneOf('gitoid', 'swhid'),
  severity: oneOf('critical', 'high', 'low', 'medium', 'none'),
  energyUnit: oneOf('kilowattHour', 'megajoule', 'other'),
  risk: oneOf('high', 'low', 'medium', 'serious'),
  catalogue: oneOf('kev', 'other'),
  decision: oneOf('act', 'attend', 'track', 'trackStar'),
  confidentiality: oneOf('amber', 'clear', 'green', 'red'),
  availability: oneOf('clickthrough', 'directDownload', 'query', 'registration', 'scrapingScript'),
  dataset: oneOf(
    ...['audio', 'categorical', 'graph', 'image', 'noAssertion', 'numeric', 'other', 'sensor', 'structured'],
    ...['syntactic', 'text', 'timeseries', 'timestamp', 'video'],
  ),
  justification: oneOf(
    ...['componentNotPresent', 'inlineMitigationsAlreadyExist', 'vulnerableCodeCannotBeControlledByAdversary'],
    ...['vulnerableCodeNotInExecutePath', 'vulnerableCodeNotPresent'],
  ),
};

type Class = { readonly required: readonly string[]; readonly rules: ReadonlyMap<string, Rule> };

// A class and its parent, then its fields: `name:type` (text by default), `*` for lists, `+` and
// `2` for lists of at least one and two, `!` for required fields. Abstract classes are in brackets.
const TABLE = `
[Any] : type! @id:reference
[Thing] : type! spdxId!:iri comment creationInfo!:reference description extension*:anything externalIdentifier*:reference externalRef*:reference name summary verifiedUsing*:reference
[Collection] Thing : element*:reference profileConformance*:profile rootElement*:reference
[Artifact] Thing : builtTime:timestamp originatedBy*:reference releaseTime:timestamp standardName* suppliedBy:reference supportLevel*:support validUntilTime:timestamp
[SoftwareArtifact] Artifact : software_additionalPurpose*:purpose software_attributionText* software_contentIdentifier*:reference software_copyrightText software_primaryPurpose:purpose
[Extendable] Thing :
[License] Extendable : expandedlicensing_isDeprecatedLicenseId:flag expandedlicensing_isFsfLibre:flag expandedlicensing_isOsiApproved:flag expandedlicensing_licenseXml expandedlicensing_obsoletedBy expandedlicensing_seeAlso* expandedlicensing_standardLicenseHeader expandedlicensing_standardLicenseTemplate simplelicensing_licenseText!
[Addition] Thing : expandedlicensing_additionText! expandedlicensing_isDeprecatedAdditionId:flag expandedlicensing_licenseXml expandedlicensing_obsoletedBy expandedlicensing_seeAlso* expandedlicensing_standardAdditionTemplate
CreationInfo Any : comment created!:timestamp createdBy+!:reference createdUsing*:reference specVersion!:version
DictionaryEntry Any : key! value
ExternalIdentifier Any : comment externalIdentifierType!:identifier identifier! identifierLocator* issuingAuthority
ExternalMap Any : definingArtifact:reference externalSpdxId! locationHint verifiedUsing*:reference
ExternalRef Any : comment contentType externalRefType locator*
Hash Any : comment algorithm!:hash hashValue!
PackageVerificationCode Any : comment algorithm!:hash hashValue! packageVerificationCodeExcludedFile*
software_ContentIdentifier Any : comment software_contentIdentifierType!:content software_contentIdentifierValue!
NamespaceMap Any : namespace! prefix!
PositiveIntegerRange Any : beginIntegerRange!:whole endIntegerRange!:whole
ai_EnergyConsumption Any : ai_finetuningEnergyConsumption*:reference ai_inferenceEnergyConsumption*:reference ai_trainingEnergyConsumption*:reference
ai_EnergyConsumptionDescription Any : ai_energyQuantity!:number ai_energyUnit!:energyUnit
extension_CdxPropertyEntry Any : extension_cdxPropName! extension_cdxPropValue
extension_CdxPropertiesExtension Any : extension_cdxProperty+!:reference
IndividualElement Thing :
Agent Thing :
Organization Thing :
Person Thing :
SoftwareAgent Thing :
Tool Thing :
Annotation Thing : annotationType!:annotation contentType statement subject!:reference
Relationship Thing : completeness:completeness endTime:timestamp from!:reference relationshipType!:relationship startTime:timestamp to+!:reference
LifecycleScopedRelationship Relationship : scope:scope
SpdxDocument Collection : dataLicense:reference import*:reference namespaceMap*:reference
Bundle Collection : context
Bom Bundle :
software_Sbom Bom : software_sbomType*:sbom
software_Package SoftwareArtifact : software_downloadLocation software_homePage software_packageUrl software_packageVersion software_sourceInfo
software_File SoftwareArtifact : contentType software_fileKind:fileKind
software_Snippet SoftwareArtifact : software_byteRange:reference software_lineRange:reference software_snippetFromFile!:reference
build_Build Thing : build_buildEndTime:timestamp build_buildId build_buildStartTime:timestamp build_buildType! build_configSourceDigest*:reference build_configSourceEntrypoint* build_configSourceUri* build_environment*:reference build_parameter*:reference
simplelicensing_LicenseExpression Thing : simplelicensing_customIdToUri*:reference simplelicensing_licenseExpression! simplelicensing_licenseListVersion:version
simplelicensing_SimpleLicensingText Thing : simplelicensing_licenseText!
expandedlicensing_ConjunctiveLicenseSet Thing : expandedlicensing_member2!:reference
expandedlicensing_DisjunctiveLicenseSet Thing : expandedlicensing_member2!:reference
expandedlicensing_IndividualLicensingInfo Thing :
expandedlicensing_CustomLicense License :
expandedlicensing_ListedLicense License : expandedlicensing_deprecatedVersion expandedlicensing_listVersionAdded
expandedlicensing_OrLaterOperator Extendable : expandedlicensing_subjectLicense!:reference
expandedlicensing_WithAdditionOperator Thing : expandedlicensing_subjectAddition!:reference expandedlicensing_subjectExtendableLicense!:reference
expandedlicensing_CustomLicenseAddition Addition :
expandedlicensing_ListedLicenseException Addition : expandedlicensing_deprecatedVersion expandedlicensing_listVersionAdded
security_Vulnerability Artifact : security_modifiedTime:timestamp security_publishedTime:timestamp security_withdrawnTime:timestamp
[Assessment] Relationship : suppliedBy:reference security_assessedElement:reference security_modifiedTime:timestamp security_publishedTime:timestamp security_withdrawnTime:timestamp
[Vex] Assessment : security_statusNotes security_vexVersion
security_CvssV2VulnAssessmentRelationship Assessment : security_score!:number security_vectorString!
security_CvssV3VulnAssessmentRelationship Assessment : security_score!:number security_severity!:severity security_vectorString!
security_CvssV4VulnAssessmentRelationship Assessment : security_score!:number security_severity!:severity security_vectorString!
security_EpssVulnAssessmentRelationship Assessment : security_percentile!:number security_probability!:number
security_ExploitCatalogVulnAssessmentRelationship Assessment : security_catalogType!:catalogue security_exploited!:flag security_locator!
security_SsvcVulnAssessmentRelationship Assessment : security_decisionType!:decision
security_VexAffectedVulnAssessmentRelationship Vex : security_actionStatement! security_actionStatementTime:timestamp
security_VexFixedVulnAssessmentRelationship Vex :
security_VexNotAffectedVulnAssessmentRelationship Vex : security_impactStatement security_impactStatementTime:timestamp security_justificationType:justification
security_VexUnderInvestigationVulnAssessmentRelationship Vex :
ai_AIPackage software_Package : ai_autonomyType:presence ai_domain* ai_energyConsumption:reference ai_hyperparameter*:reference ai_informationAboutApplication ai_informationAboutTraining ai_limitation ai_metric*:reference ai_metricDecisionThreshold*:reference ai_modelDataPreprocessing* ai_modelExplainability* ai_safetyRiskAssessment:risk ai_standardCompliance* ai_typeOfModel* ai_useSensitivePersonalInformation:presence
dataset_DatasetPackage software_Package : dataset_anonymizationMethodUsed* dataset_confidentialityLevel:confidentiality dataset_dataCollectionProcess dataset_dataPreprocessing* dataset_datasetAvailability:availability dataset_datasetNoise dataset_datasetSize:whole dataset_datasetType+!:dataset dataset_datasetUpdateMechanism dataset_hasSensitivePersonalInformation:presence dataset_intendedUse dataset_knownBias* dataset_sensor*:reference`;

const CLASSES = classesOf(TABLE);

function classesOf(table: string): ReadonlyMap<string, Class> {
  const all = new Map<string, Class>();
  for (const row of table.trim().split('\n')) {
    const [head = '', body = ''] = row.split(' :');
    const [name = '', parent = ''] = head.split(' ');
    const inherited = all.get(`[${parent}]`) ?? all.get(parent);
    const fields = body.trim().split(' ').filter(Boolean).map(fieldOf);
    all.set(name, {
      required: [...(inherited?.required ?? []), ...fields.filter((one) => one.required).map((one) => one.name)],
      rules: new Map([...(inherited?.rules ?? []), ...fields.map((one) => [one.name, one.rule] as const)]),
    });
  }
  for (const name of all.keys()) {
    if (name.startsWith('[')) all.delete(name);
  }
  return all;
}

function fieldOf(definition: string): { name: string; required: boolean; rule: Rule } {
  const [, name = '', least = '', must = '', type = 'text'] =
    /^([@A-Za-z_]+?)([*+2]?)(!?)(?::([A-Za-z]+))?$/.exec(definition) ?? [];
  const one = TYPES[type] ?? text;
  const rule = least === '' ? one : list(one, least === '*' ? 0 : least === '+' ? 1 : 2);
  return { name, required: must === '!', rule };
}
