import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const read = (xml: string) => readDocument(Buffer.from(xml));
const passed = '<testcase name="a"/>';
const failed = '<testcase name="b"><failure message="no"/><failure message="no again"/></testcase>';
const broken = '<testcase name="c"><error message="no"/></testcase>';
const skipped = '<testcase name="d"><skipped/></testcase>';

describe('JUnit XML', () => {
  test('is counted by its test cases, in suites within suites', async () => {
    const reading = await read(
      `<?xml version="1.0"?><testsuites>
        <testsuite name="outer">${passed}${failed}<testsuite name="inner">${broken}${skipped}</testsuite></testsuite>
        <testsuite name="more"><properties><property name="x" value="y"/></properties>${passed}</testsuite>
      </testsuites>`,
    );
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'test-report',
      format: 'junit-xml',
      version: null,
      subjects: [],
      findings: [],
    });
    expect(reading.facts).toEqual({
      kind: 'test-report',
      suites: 3,
      tests: 5,
      passed: 2,
      failed: 1,
      errors: 1,
      skipped: 1,
      duration_seconds: null,
    });
  });

  test.each<[string, string, object]>([
    ['a suite without a wrapper', `<testsuite>${passed}</testsuite>`, { suites: 1, tests: 1, passed: 1 }],
    ['cases without a suite', `<testsuites>${passed}${failed}</testsuites>`, { suites: 0, tests: 2, failed: 1 }],
    ['nothing', '<testsuites/>', { suites: 0, tests: 0, passed: 0 }],
    [
      'a test that passed when it was run again',
      '<testsuite><testcase name="a"><flakyFailure/><flakyError/></testcase></testsuite>',
      { tests: 1, passed: 1, failed: 0, errors: 0 },
    ],
    [
      'a test that failed when it was run again',
      '<testsuite><testcase name="a"><failure/><rerunFailure/><rerunError/></testcase></testsuite>',
      { tests: 1, passed: 0, failed: 1, errors: 0 },
    ],
    [
      'a test that failed at each run, of which only the later ones are told',
      '<testsuite><testcase name="a"><rerunFailure/></testcase><testcase name="b"><rerunError/></testcase></testsuite>',
      { tests: 2, passed: 0, failed: 1, errors: 1 },
    ],
    [
      'tests of PHPUnit that warned or were risky',
      '<testsuite><testcase/><testcase><warning type="W"/></testcase><testcase><risky/></testcase><testcase status="risky"/></testsuite>',
      { tests: 4, passed: 1, warned: 3, failed: 0, errors: 0, skipped: 0 },
    ],
    [
      'a test that warned and failed',
      '<testsuite><testcase><warning/><failure/></testcase><testcase><warning/><skipped/></testcase></testsuite>',
      { tests: 2, passed: 0, failed: 1, skipped: 1 },
    ],
    [
      'tests that did not end, by attribute',
      '<testsuite><testcase status="timeout"/><testcase status="aborted"/><testcase result="broken"/></testsuite>',
      { tests: 3, passed: 0, errors: 3 },
    ],
    [
      'a test that failed and then ended in an error',
      '<testsuite><testcase name="a"><failure/><error/></testcase></testsuite>',
      { tests: 1, passed: 0, failed: 1, errors: 1 },
    ],
    [
      'tests that were not run, by attribute',
      '<testsuite><testcase status="disabled"/><testcase status="notrun"/><testcase result="suppressed"/></testsuite>',
      { tests: 3, passed: 0, skipped: 3 },
    ],
    [
      'tests that failed, by attribute',
      '<testsuite><testcase status="failed"/><testcase result="error"/><testcase status="run"/></testsuite>',
      { tests: 3, passed: 1, failed: 1, errors: 1 },
    ],
  ])('holds %s', async (_, xml, facts) => {
    const reading = await read(xml);
    expect(reading).toMatchObject({ state: 'read', valid: true, facts });
  });

  test('warns where attributes say otherwise, whether they count what is nested or not', async () => {
    const counts = 'tests="1" failures="0" errors="0" skipped="0"';
    const nested = (outer: string) =>
      read(
        `<testsuites><testsuite ${outer}>${passed}<testsuite ${counts}>${passed}</testsuite></testsuite></testsuites>`,
      );
    expect((await nested('tests="1"')).findings).toEqual([]);
    expect((await nested('tests="2"')).findings).toEqual([]);
    const wrong = await nested('tests="9" failures="3"');
    expect(wrong.valid).toBe(true);
    expect(wrong.findings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['count_mismatch', '/testsuites/*[1]'],
      ['count_mismatch', '/testsuites/*[1]'],
    ]);
    const hidden = await read('<testsuites tests="3" failures="1"/>');
    expect(hidden).toMatchObject({ facts: { tests: 0 }, findings_total: 2 });
  });

  test('takes disabled tests for skipped ones when it compares', async () => {
    const reading = await read(
      `<testsuite skipped="1" disabled="1">${skipped}<testcase status="disabled"/></testsuite>`,
    );
    expect(reading).toMatchObject({ facts: { skipped: 2 }, findings: [] });
  });

  test.each([
    ['<testsuites time="12.5"><testsuite time="99"/></testsuites>', 12.5],
    ['<testsuites><testsuite time="0.1"/><testsuite time="0.2"/></testsuites>', 0.3],
    ['<testsuite><testcase time="1"/><testcase time="2"/><testcase/></testsuite>', 3],
    ['<testsuite time="1,234.5"/>', 1234.5],
    ['<testsuite time="1.4e-05"/>', 0.000014],
    ['<testsuite time="soon"/>', null],
    ['<testsuite time="0,160"/>', 0.16],
    ['<testsuite time="12,5"/>', 12.5],
    ['<testsuite time="1234,567"/>', 1234.567],
    ['<testsuite time="1.234,5"/>', 1234.5],
    ['<testsuite time="1,234,567"/>', 1_234_567],
    ['<testsuite time="1,234"/>', null],
    ['<testsuite time="1.234.567"/>', null],
    ['<testsuite time="1,234"><testcase time="0,734"/><testcase time="0,500"/></testsuite>', 1.234],
    ['<testsuite><testcase time="0.5"/><testcase time="1,234"/></testsuite>', null],
    ['<testsuite><testsuite time="1"/><testsuite><testcase time="soon"/></testsuite></testsuite>', null],
    ['<testsuite time="NaN"/>', null],
    ['<testsuite time="0x10"/>', null],
    ['<testsuite time="1e999"/>', null],
    ['<testsuite time="160ms"/>', null],
    ['<testsuite time=".5"/>', 0.5],
    ['<testsuite time="-1"/>', null],
    ['<testsuite time="Infinity"/>', null],
  ])('%s took %s seconds', async (xml, seconds) => {
    expect((await read(xml)).facts).toMatchObject({ duration_seconds: seconds });
  });

  test('warns of a suite that failed outside its test cases', async () => {
    const reading = await read(`<testsuite>${passed}<error message="set-up failed"/></testsuite>`);
    expect(reading).toMatchObject({ valid: true, findings: [{ code: 'suite_failed', pointer: '/testsuite/*[2]' }] });
    expect(reading.facts).toMatchObject({ tests: 1, passed: 1, errors: 1, failed: 0 });
    const stated = await read(`<testsuite tests="1" failures="1" errors="0">${passed}<failure/></testsuite>`);
    expect(stated).toMatchObject({ facts: { failed: 1, passed: 1 }, findings: [{ code: 'suite_failed' }] });
  });

  test('that holds something, but no test case, has a fault', async () => {
    const reading = await read('<testsuites><testsuite><TestCase name="a"/></testsuite></testsuites>');
    expect(reading).toMatchObject({ valid: false, findings: [{ code: 'schema', pointer: '/testsuites/*[1]/*[1]' }] });
  });

  test('is not what other tools write', async () => {
    for (const xml of ['<coverage line-rate="1"/>', '<report name="x"/>', '<test-run/>', '<testng-results/>'])
      expect(await read(xml)).toMatchObject({ state: 'opaque', kind: 'opaque' });
  });
});
