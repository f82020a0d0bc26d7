// The tags of SPDX 2 tag-value documents, and the fields of the JSON form for them (SPDX 2.3,
// clauses 6 to 13).

/** What a tag begins or belongs to. */
export type Part = 'document' | 'package' | 'file' | 'snippet' | 'licence' | 'relationship' | 'annotation' | 'review';

/** How the value of a tag is converted to the JSON form. */
export type Reading =
  | 'text'
  | 'flag'
  | 'word'
  | 'checksum'
  | 'verification'
  | 'reference'
  | 'document'
  | 'relationship'
  | 'range'
  | 'none';

export type Tag = {
  readonly part: Part;
  /** The field of the part, with its parent if it is nested: `creationInfo.created`. */
  readonly field: string;
  readonly reading: Reading;
  /** Whether it may occur more than once in a part. */
  readonly many: boolean;
  /** Whether it begins a new part. */
  readonly begins: boolean;
};

// Part, tag, field, and how: `*` for many, `^` for a tag that begins a part.
const TABLE = `
document SPDXVersion spdxVersion
document DataLicense dataLicense
document DocumentName name
document DocumentNamespace documentNamespace
document DocumentComment comment
document LicenseListVersion creationInfo.licenseListVersion
document Creator creationInfo.creators *
document Created creationInfo.created
document CreatorComment creationInfo.comment
document ExternalDocumentRef externalDocumentRefs * document
package PackageName name ^
package PackageVersion versionInfo
package PackageFileName packageFileName
package PackageSupplier supplier
package PackageOriginator originator
package PackageDownloadLocation downloadLocation
package FilesAnalyzed filesAnalyzed flag
package PackageVerificationCode packageVerificationCode verification
package PackageChecksum checksums * checksum
package PackageHomePage homepage
package PackageSourceInfo sourceInfo
package PackageLicenseConcluded licenseConcluded
package PackageLicenseInfoFromFiles licenseInfoFromFiles *
package PackageLicenseDeclared licenseDeclared
package PackageLicenseComments licenseComments
package PackageCopyrightText copyrightText
package PackageSummary summary
package PackageDescription description
package PackageComment comment
package PackageAttributionText attributionTexts *
package PrimaryPackagePurpose primaryPackagePurpose word
package BuiltDate builtDate
package ReleaseDate releaseDate
package ValidUntilDate validUntilDate
package ExternalRef externalRefs * reference
package ExternalRefComment externalRefComments * none
file FileName fileName ^
file FileType fileTypes * word
file FileChecksum checksums * checksum
file LicenseConcluded licenseConcluded
file LicenseInfoInFile licenseInfoInFiles *
file LicenseComments licenseComments
file FileCopyrightText copyrightText
file FileComment comment
file FileNotice noticeText
file FileContributor fileContributors *
file FileAttributionText attributionTexts *
file FileDependency fileDependencies *
file ArtifactOfProjectName artifactNames * none
file ArtifactOfProjectHomePage artifactPages * none
file ArtifactOfProjectURI artifactUris * none
snippet SnippetSPDXID SPDXID ^
snippet SnippetSPDXIdentifier SPDXID ^
snippet SnippetFromFileSPDXID snippetFromFile
snippet SnippetByteRange ranges * range
snippet SnippetLineRange ranges * range
snippet SnippetLicenseConcluded licenseConcluded
snippet LicenseInfoInSnippet licenseInfoInSnippets *
snippet SnippetLicenseComments licenseComments
snippet SnippetCopyrightText copyrightText
snippet SnippetComment comment
snippet SnippetName name
snippet SnippetAttributionText attributionTexts *
licence LicenseID licenseId ^
licence ExtractedText extractedText
licence LicenseName name
licence LicenseCrossReference seeAlsos *
licence LicenseComment comment
relationship Relationship relationship ^ relationship
relationship RelationshipComment comment
annotation Annotator annotator ^
annotation AnnotationDate annotationDate
annotation AnnotationComment comment
annotation AnnotationType annotationType word
annotation SPDXREF element none
review Reviewer reviewer ^
review ReviewDate reviewDate
review ReviewComment comment`;

/** By name. `SPDXID` is not among them: it belongs to the part that it is in. */
export const TAGS: ReadonlyMap<string, Tag> = new Map(
  TABLE.trim()
    .split('\n')
    .map((row) => {
      const [part = '', name = '', field = '', ...how] = row.split(' ');
      const reading = (how.find((word) => word.length > 1) ?? 'text') as Reading;
      return [name, { part: part as Part, field, reading, many: how.includes('*'), begins: how.includes('^') }];
    }),
);

/** Where the JSON form has the parts of which a document may have many. */
export const LISTS: Readonly<Record<Exclude<Part, 'document'>, string>> = {
  package: 'packages',
  file: 'files',
  snippet: 'snippets',
  licence: 'hasExtractedLicensingInfos',
  relationship: 'relationships',
  annotation: 'annotations',
  review: 'revieweds',
};
