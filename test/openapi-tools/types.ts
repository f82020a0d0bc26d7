// What the generated types have to say, checked by the compiler alone.
import type * as hey from './hey-api/types.gen.js';
import type { components, operations } from './openapi-typescript.js';

type Schemas = components['schemas'];
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type IsUnknown<T> = unknown extends T ? true : false;
type RequiredKeys<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? never : Key }[keyof T];

const holds = <_Claim extends true>() => {};

/** Both generators agree with what is claimed of a schema. */
type Of<Name extends keyof Schemas & keyof Heys> = { ot: Schemas[Name]; hey: Heys[Name] };
type Heys = {
  CreateRunRequest: hey.CreateRunRequest;
  UpdateRunRequest: hey.UpdateRunRequest;
  CreateArtifactRequest: hey.CreateArtifactRequest;
  CreateDisclosurePackRequest: hey.CreateDisclosurePackRequest;
  Run: hey.Run;
  Artifact: hey.Artifact;
  EvidenceFacts: hey.EvidenceFacts;
};

// Optional fields of requests are optional, and take null.
type Needs<Name extends keyof Heys> = RequiredKeys<Of<Name>['ot']> | RequiredKeys<Of<Name>['hey']>;
holds<Same<Needs<'CreateRunRequest'>, 'name' | 'owner'>>();
holds<Same<Needs<'UpdateRunRequest'>, never>>();
holds<Same<Needs<'CreateArtifactRequest'>, 'run_id' | 'kind' | 'path_or_uri'>>();
holds<Same<Needs<'CreateDisclosurePackRequest'>, 'run_id' | 'summary'>>();
type Flags<Name extends 'ot' | 'hey'> = NonNullable<Of<'CreateArtifactRequest'>[Name]['metadata_json']>;
holds<Same<RequiredKeys<Flags<'ot'>> | RequiredKeys<Flags<'hey'>>, never>>();
holds<Same<Flags<'ot'>['sbom_present'], boolean | null | undefined>>();
holds<Same<Flags<'hey'>['sbom_present'], boolean | null | undefined>>();

// Fields of answers are there, and null only where the API says so.
holds<Same<RequiredKeys<Of<'Run'>['ot']>, keyof Of<'Run'>['ot']>>();
holds<Same<RequiredKeys<Of<'Run'>['hey']>, keyof Of<'Run'>['hey']>>();
holds<Same<RequiredKeys<Of<'Artifact'>['ot']>, keyof Of<'Artifact'>['ot']>>();
holds<Same<Of<'Run'>['ot']['finished_at'], string | null>>();
holds<Same<Of<'Run'>['hey']['finished_at'], string | null>>();
holds<Same<Of<'Run'>['ot']['name'], string>>();

// The facts are told apart by their kind.
type SbomOf<Facts> = Extract<Facts, { kind: 'sbom' }>;
holds<Same<SbomOf<Of<'EvidenceFacts'>['ot']>['components'], number>>();
holds<Same<SbomOf<Of<'EvidenceFacts'>['hey']>['components'], number>>();

// No answer in JSON is unknown, and the only bodies that are, are bytes.
type JsonOf<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends { content: { 'application/json': infer Body } } ? Body : never;
}[keyof Responses];
type UnknownAnswers = {
  [Id in keyof operations]: IsUnknown<JsonOf<operations[Id]['responses']>> extends true ? Id : never;
}[keyof operations];
holds<Same<UnknownAnswers, never>>();
type UnknownBodies = {
  [Id in keyof operations]: operations[Id] extends { requestBody: { content: { 'application/json': infer Body } } }
    ? IsUnknown<Body> extends true
      ? Id
      : never
    : never;
}[keyof operations];
holds<Same<UnknownBodies, never>>();
holds<Same<IsUnknown<hey.PutArtifactContentData['body']>, true>>();

// Headers and query parameters may be left out.
holds<object extends NonNullable<operations['checkReleaseGate']['parameters']['header']> ? true : false>();
holds<object extends NonNullable<operations['listRuns']['parameters']['query']> ? true : false>();
holds<Same<NonNullable<NonNullable<hey.ListRunsData['query']>['limit']>, number>>();
