import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import { withTimes } from '../../src/trust/timestamps.ts';
import { flipped, outcomeOf, STATEMENT, stamped, stampedBundle, stranger, withMaterial } from './bundles.ts';
import { type DsseBundle, newInstance } from './signing.ts';
import { outcome, releaseTrust, SIGNER, verifiedOne } from './trusted.ts';

const times = ({ verificationMaterial }: DsseBundle) =>
  verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
describe('the time of a timestamp', () => {
  // RFC 3161 has as many digits as the authority likes, but no zero at the end.
  it.each([1, 10, 120, 500, 999])('with %d milliseconds is accepted', async (fraction) => {
    const instance = await newInstance({ withTimestampAuthority: true, fraction });
    const document = await instance.signStatement(STATEMENT, SIGNER);
    const one = await verifiedOne(document, releaseTrust(instance.root));
    expect(outcome(one)).toBe('passed');
    const [{ signedTimestamp }] = times(document) as [{ signedTimestamp: string }];
    const der = Buffer.from(signedTimestamp, 'base64').toString('latin1');
    const moved = Buffer.from(
      der.replace(/(\d{14}\.\d+)Z/, (_all, digits: string) => `${digits.slice(0, -1)}7Z`),
      'latin1',
    );
    const changed = { rfc3161Timestamps: [{ signedTimestamp: moved.toString('base64') }] };
    if (!moved.equals(Buffer.from(signedTimestamp, 'base64')))
      expect(
        outcome(
          await verifiedOne(
            withMaterial({ timestampVerificationData: changed }, document),
            releaseTrust(instance.root),
          ),
        ),
      ).toMatch(/^timestamp_error/);
  });

  it('is read by whole seconds, and is null if it is no time', async () => {
    const instance = await newInstance({ withTimestampAuthority: true, fraction: 120 });
    const document = await instance.signStatement(STATEMENT, SIGNER);
    const der = Buffer.from(times(document)[0]?.signedTimestamp ?? '', 'base64').toString('latin1');
    const timesOf = (change: (text: string) => string) => {
      const text = change(der);
      if (text.length !== der.length) throw new Error('The lengths in it would be wrong');
      const signedTimestamp = Buffer.from(text, 'latin1').toString('base64');
      const changed = withMaterial(
        { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] } },
        document,
      );
      const entity = withTimes(toSignedEntity(bundleFromJSON(changed)));
      return entity?.timestamps.flatMap((one) =>
        one.$case === 'timestamp-authority' ? one.timestamp.signingTime : [],
      );
    };
    const [time] = timesOf((text) => text) ?? [];
    expect(time?.getUTCMilliseconds()).toBe(0);
    expect(Math.abs((time?.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
    expect(timesOf((text) => text.replace(/\d{14}\.12Z/, '20261399999999.12Z'))).toBeUndefined();
    expect(timesOf((text) => text.replace(/(\d{14})\.12Z/, '$1,12Z'))).toBeUndefined();
    expect(timesOf((text) => text.replace(/(\d{14})\.12Z/, '$1.1+Z'))).toBeUndefined();
  });
});

describe('the timestamp of an authority', () => {
  const trust = releaseTrust(stamped.root);
  const [time] = times(stampedBundle) as [{ signedTimestamp: string }];
  const timed = (rfc3161Timestamps: object[]) =>
    outcomeOf(withMaterial({ timestampVerificationData: { rfc3161Timestamps } }, stampedBundle), trust);

  it('is of this signature, by an authority of the root, once', async () => {
    const [other] = times(await stamped.signStatement(STATEMENT, SIGNER));
    const [strange] = times(await stranger.signStatement(STATEMENT, SIGNER));
    expect(await timed([time])).toBe('passed');
    expect(await timed([{ signedTimestamp: flipped(time.signedTimestamp) }])).toMatch(
      /^(timestamp_error|bundle_invalid)/,
    );
    for (const bad of [other, strange]) {
      expect(await timed([bad as object])).toMatch(/^timestamp_error/);
      expect(await timed([time, bad as object])).toMatch(/^timestamp_error/);
    }
    expect(await timed([time, time])).toMatch(/^timestamp_error/);
    for (const signedTimestamp of ['', 'AAAA']) expect(await timed([{ signedTimestamp }])).toMatch(/^bundle_invalid/);
    // Well-formed DER that is something else.
    for (const der of ['3000', '3003020100', '3005300006012a'])
      expect(await timed([{ signedTimestamp: Buffer.from(der, 'hex').toString('base64') }])).toMatch(
        /^timestamp_error/,
      );
  });
});
