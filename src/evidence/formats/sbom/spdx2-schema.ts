// The structure of SPDX 2.2 and 2.3 documents, as in their JSON schemas (spdx/spdx-spec,
// schemas/spdx-schema.json at v2.2.2 and v2.3).
import { anyObject, flag, list, oneOf, type Rule, shape, text, whole } from './shape-rules.ts';

const texts = list(text);

const annotation = shape(['annotationDate', 'annotationType', 'annotator', 'comment'], {
  annotationDate: text,
  annotationType: oneOf('OTHER', 'REVIEW'),
  annotator: text,
  comment: text,
});

const annotations = list(annotation);

const creationInfo = shape(['created', 'creators'], {
  comment: text,
  created: text,
  creators: list(text, 1),
  licenseListVersion: text,
});

const crossReference = shape(['url'], {
  isLive: flag,
  isValid: flag,
  isWayBackLink: flag,
  match: text,
  order: whole,
  timestamp: text,
  url: text,
});

const extractedLicence = shape(['extractedText', 'licenseId'], {
  comment: text,
  crossRefs: list(crossReference),
  extractedText: text,
  licenseId: text,
  name: text,
  seeAlsos: texts,
});

const review = shape(['reviewDate'], { comment: text, reviewDate: text, reviewer: text });

const externalReference = shape(['referenceCategory', 'referenceLocator', 'referenceType'], {
  comment: text,
  // The schema of 2.3 only allowed the hyphens of its prose; that of 2.3.1 allows underscores
  // again, as 2.2 did and tools write.
  referenceCategory: oneOf('OTHER', 'PERSISTENT-ID', 'PERSISTENT_ID', 'SECURITY', 'PACKAGE-MANAGER', 'PACKAGE_MANAGER'),
  referenceLocator: text,
  referenceType: text,
});

const verificationCode = shape(['packageVerificationCodeValue'], {
  packageVerificationCodeExcludedFiles: texts,
  packageVerificationCodeValue: text,
});

const pointer = shape(['reference'], { reference: text, offset: whole, lineNumber: whole });

const ranges = list(shape(['endPointer', 'startPointer'], { endPointer: pointer, startPointer: pointer }), 1);

const packageFields = {
  SPDXID: text,
  annotations,
  attributionTexts: texts,
  comment: text,
  copyrightText: text,
  description: text,
  downloadLocation: text,
  externalRefs: list(externalReference),
  filesAnalyzed: flag,
  hasFiles: texts,
  homepage: text,
  licenseComments: text,
  licenseConcluded: text,
  licenseDeclared: text,
  licenseInfoFromFiles: texts,
  name: text,
  originator: text,
  packageFileName: text,
  packageVerificationCode: verificationCode,
  sourceInfo: text,
  summary: text,
  supplier: text,
  versionInfo: text,
};

const fileFields = {
  SPDXID: text,
  annotations,
  artifactOfs: list(anyObject),
  attributionTexts: texts,
  comment: text,
  copyrightText: text,
  fileContributors: texts,
  fileDependencies: texts,
  fileName: text,
  fileTypes: list(
    oneOf(
      ...['OTHER', 'DOCUMENTATION', 'IMAGE', 'VIDEO', 'ARCHIVE', 'SPDX', 'APPLICATION', 'SOURCE', 'BINARY'],
      ...['TEXT', 'AUDIO'],
    ),
  ),
  licenseComments: text,
  licenseConcluded: text,
  noticeText: text,
};

const snippetFields = {
  SPDXID: text,
  annotations,
  attributionTexts: texts,
  comment: text,
  copyrightText: text,
  licenseComments: text,
  licenseConcluded: text,
  licenseInfoInSnippets: texts,
  name: text,
  ranges,
  snippetFromFile: text,
};

const ALGORITHMS = ['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'MD2', 'MD4', 'MD5', 'MD6'];
const ALGORITHMS_2_3 = [
  ...['SHA3-256', 'SHA3-384', 'SHA3-512', 'BLAKE2b-256', 'BLAKE2b-384', 'BLAKE2b-512', 'BLAKE3', 'ADLER32'],
];

const RELATIONSHIPS = [
  ...['AMENDS', 'ANCESTOR_OF', 'BUILD_DEPENDENCY_OF', 'BUILD_TOOL_OF', 'CONTAINED_BY', 'CONTAINS', 'COPY_OF'],
  ...['DATA_FILE_OF', 'DEPENDENCY_MANIFEST_OF', 'DEPENDENCY_OF', 'DEPENDS_ON', 'DESCENDANT_OF', 'DESCRIBED_BY'],
  ...['DESCRIBES', 'DEV_DEPENDENCY_OF', 'DEV_TOOL_OF', 'DISTRIBUTION_ARTIFACT', 'DOCUMENTATION_OF', 'DYNAMIC_LINK'],
  ...['EXAMPLE_OF', 'EXPANDED_FROM_ARCHIVE', 'FILE_ADDED', 'FILE_DELETED', 'FILE_MODIFIED', 'GENERATED_FROM'],
  ...['GENERATES', 'HAS_PREREQUISITE', 'METAFILE_OF', 'OPTIONAL_COMPONENT_OF', 'OPTIONAL_DEPENDENCY_OF', 'OTHER'],
  ...['PACKAGE_OF', 'PATCH_APPLIED', 'PATCH_FOR', 'PREREQUISITE_FOR', 'PROVIDED_DEPENDENCY_OF'],
  ...['RUNTIME_DEPENDENCY_OF', 'STATIC_LINK', 'TEST_CASE_OF', 'TEST_DEPENDENCY_OF', 'TEST_OF', 'TEST_TOOL_OF'],
  'VARIANT_OF',
];
const RELATIONSHIPS_2_3 = ['REQUIREMENT_DESCRIPTION_FOR', 'SPECIFICATION_FOR'];

const PURPOSES = [
  ...['OTHER', 'INSTALL', 'ARCHIVE', 'FIRMWARE', 'APPLICATION', 'FRAMEWORK', 'LIBRARY', 'CONTAINER', 'SOURCE'],
  ...['DEVICE', 'OPERATING_SYSTEM', 'FILE'],
];

type Parts = {
  required: string[];
  algorithms: string[];
  relationships: string[];
  packages(checksums: Rule): Rule;
  files(checksums: Rule): Rule;
  snippets: Rule;
};

function documentOf({ required, algorithms, relationships, packages, files, snippets }: Parts): Rule {
  const checksum = shape(['algorithm', 'checksumValue'], { algorithm: oneOf(...algorithms), checksumValue: text });
  return shape(['SPDXID', 'creationInfo', 'dataLicense', 'name', 'spdxVersion', ...required], {
    SPDXID: text,
    annotations,
    comment: text,
    creationInfo,
    dataLicense: text,
    externalDocumentRefs: list(
      shape(['checksum', 'externalDocumentId', 'spdxDocument'], {
        checksum,
        externalDocumentId: text,
        spdxDocument: text,
      }),
    ),
    hasExtractedLicensingInfos: list(extractedLicence),
    name: text,
    revieweds: list(review),
    spdxVersion: text,
    documentNamespace: text,
    documentDescribes: texts,
    packages: list(packages(list(checksum))),
    files: list(files(list(checksum, 1))),
    snippets: list(snippets),
    relationships: list(
      shape(['spdxElementId', 'relatedSpdxElement', 'relationshipType'], {
        spdxElementId: text,
        comment: text,
        relatedSpdxElement: text,
        relationshipType: oneOf(...relationships),
      }),
    ),
  });
}

/** The rule for a document, by version. */
export const SPDX2_DOCUMENTS: ReadonlyMap<string, Rule> = new Map([
  [
    '2.2',
    documentOf({
      required: ['documentNamespace'],
      algorithms: ALGORITHMS,
      relationships: RELATIONSHIPS,
      packages: (checksums) =>
        shape(['SPDXID', 'copyrightText', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'name'], {
          ...packageFields,
          checksums,
        }),
      files: (checksums) =>
        shape(['SPDXID', 'checksums', 'copyrightText', 'fileName', 'licenseConcluded', 'licenseInfoInFiles'], {
          ...fileFields,
          checksums,
          licenseInfoInFiles: list(text, 1),
        }),
      snippets: shape(['SPDXID', 'copyrightText', 'licenseConcluded', 'ranges', 'snippetFromFile'], snippetFields),
    }),
  ],
  [
    '2.3',
    documentOf({
      required: [],
      algorithms: [...ALGORITHMS, ...ALGORITHMS_2_3],
      relationships: [...RELATIONSHIPS, ...RELATIONSHIPS_2_3],
      packages: (checksums) =>
        shape(['SPDXID', 'downloadLocation', 'name'], {
          ...packageFields,
          checksums,
          builtDate: text,
          primaryPackagePurpose: oneOf(...PURPOSES),
          releaseDate: text,
          validUntilDate: text,
        }),
      files: (checksums) =>
        shape(['SPDXID', 'checksums', 'fileName'], { ...fileFields, checksums, licenseInfoInFiles: texts }),
      snippets: shape(['SPDXID', 'ranges', 'snippetFromFile'], snippetFields),
    }),
  ],
]);
