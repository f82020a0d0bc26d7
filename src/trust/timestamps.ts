// The times in timestamps of RFC 3161, in forms that the library does not read.
import type { SignedEntity } from '@sigstore/verify';

type Timestamp = Extract<SignedEntity['timestamps'][number], { $case: 'timestamp-authority' }>['timestamp'];

/**
 * The entity with the time of every timestamp read. An authority may write fractions of a second
 * (RFC 3161, section 2.4.2), and the library reads three digits or none. It counts whole seconds,
 * and so does this. Null if a timestamp cannot be read.
 */
export function withTimes<Entity extends SignedEntity>(entity: Entity): Entity | null {
  const timestamps = entity.timestamps.map((one) => {
    if (one.$case !== 'timestamp-authority') return one;
    const signingTime = timeOf(one.timestamp);
    if (signingTime === null) return null;
    const timestamp: Timestamp = Object.create(one.timestamp, { signingTime: { value: signingTime } });
    return { $case: one.$case, timestamp };
  });
  const read = timestamps.filter((one) => one !== null);
  return read.length < timestamps.length ? null : { ...entity, timestamps: read };
}

// Something that is no timestamp lacks parts, and the library throws.
function timeOf(timestamp: Timestamp): Date | null {
  try {
    if (timestamp.signerIssuer.length === 0 || timestamp.signerSerialNumber.length === 0) return null;
    const text = timestamp.tstInfo.root.subs[4]?.value.toString('latin1') ?? '';
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d{1,20})?Z$/.exec(text) ?? [];
    const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    return Number.isNaN(time.getTime()) ? null : time;
  } catch {
    return null;
  }
}
