import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import { reportAsJson, type Uploads, uploadsOf } from './pipeline-documents.ts';

const digestsOf = (uploads: Uploads) => uploads.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));

describe('what a pipeline uploads', () => {
  it('is a build in no known format, two SBOMs and a test report, all valid, of the sizes that the page names', async () => {
    const uploads = uploadsOf(1);
    const read = await Promise.all(uploads.map(({ bytes }) => readDocument(bytes)));
    expect(read.map(({ state, format, valid, findings }) => ({ state, format, valid, findings }))).toEqual([
      { state: 'opaque', format: 'other', valid: true, findings: [] },
      { state: 'read', format: 'cyclonedx-json', valid: true, findings: [] },
      { state: 'read', format: 'cyclonedx-json', valid: true, findings: [] },
      { state: 'read', format: 'junit-xml', valid: true, findings: [] },
    ]);
    const kilobytes = uploads.map(({ bytes }) => Math.round(bytes.length / 10_000) * 10);
    expect(kilobytes).toEqual([600, 2_010, 200, 680]);
  });

  it('is about the build: both SBOMs name its SHA-256', async () => {
    const uploads = uploadsOf(1);
    const [build = '', ...documents] = digestsOf(uploads);
    expect(documents).not.toContain(build);
    for (const { bytes } of uploads.slice(1, 3)) {
      const { subjects } = await readDocument(bytes);
      expect(subjects.map(({ digests }) => digests)).toEqual([{ sha256: build }]);
    }
  });

  it('is the same for the same number, and shares no content with any other', () => {
    expect(digestsOf(uploadsOf(7))).toEqual(digestsOf(uploadsOf(7)));
    const all = [1, 2, 3].flatMap((number) => digestsOf(uploadsOf(number)));
    expect(new Set(all).size).toBe(12);
  });

  it('differs in every component and test case, not only in one place', () => {
    const names = ({ bytes }: { bytes: Buffer }) => bytes.toString().match(/library-[0-9a-f]{12}-\d+/g) ?? [];
    const [, ...one] = uploadsOf(1);
    const [, ...other] = uploadsOf(2);
    for (const [index, document] of one.entries()) {
      const known = new Set(names(document));
      expect(known.size).toBeGreaterThan(400);
      expect(names(other[index] ?? document).filter((name) => known.has(name))).toEqual([]);
      expect(other[index]?.bytes.length).toBe(document.bytes.length);
    }
  });

  it('has its report in JSON with as many test cases', async () => {
    const { testsuites } = JSON.parse(reportAsJson().toString());
    const { facts } = await readDocument(uploadsOf(1)[3].bytes);
    expect(facts).toMatchObject({ kind: 'test-report', tests: testsuites.testsuite[0].testcase.length });
  });
});
