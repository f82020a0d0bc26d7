import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  idList,
  isStorable,
  jsonObject,
  parseTimestamp,
  storableText,
  text,
  timestamp,
  usDollars,
  utcTimestamp,
} from '../../src/domain/bounds.ts';
import { anyCharacter } from '../json-text.ts';

describe('parseTimestamp reads', () => {
  it.each([
    ['UTC by letter', '2026-01-31T10:30:00Z', '2026-01-31T10:30:00.000Z'],
    ['small letters', '2026-01-31t10:30:00z', '2026-01-31T10:30:00.000Z'],
    ['no offset as UTC', '2026-01-31T10:30:00', '2026-01-31T10:30:00.000Z'],
    ['no offset with microseconds, as Python writes it', '2025-11-22T10:30:00.123456', '2025-11-22T10:30:00.123Z'],
    ['an offset to the east', '2026-01-31T10:30:00+05:30', '2026-01-31T05:00:00.000Z'],
    ['an offset to the west', '2026-01-31T23:30:00-08:00', '2026-02-01T07:30:00.000Z'],
    ['an offset of zero', '2026-01-31T10:30:00+00:00', '2026-01-31T10:30:00.000Z'],
    ['an unknown local offset', '2026-01-31T10:30:00-00:00', '2026-01-31T10:30:00.000Z'],
    ['the greatest offset', '2026-01-31T23:59:00+23:59', '2026-01-31T00:00:00.000Z'],
    ['one digit of a second', '2026-01-31T10:30:00.5Z', '2026-01-31T10:30:00.500Z'],
    ['two digits', '2026-01-31T10:30:00.05Z', '2026-01-31T10:30:00.050Z'],
    ['four digits, cut', '2026-01-31T10:30:00.1239Z', '2026-01-31T10:30:00.123Z'],
    ['digits that would round up into the next year, cut', '2026-12-31T23:59:59.9999999Z', '2026-12-31T23:59:59.999Z'],
    ['digits before 1970, cut towards zero too', '1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['a hundred digits', `2026-01-31T10:30:00.${'9'.repeat(100)}Z`, '2026-01-31T10:30:00.999Z'],
    ['a leap day', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['a leap day every 400 years', '2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['the leap day of the year 0', '0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['the first instant', '0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['the last instant', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['the first instant by its offset', '0000-01-01T01:00:00+01:00', '0000-01-01T00:00:00.000Z'],
    ['the last instant by its offset', '9999-12-31T22:59:59.999-01:00', '9999-12-31T23:59:59.999Z'],
    ['a year below 100', '0099-06-15T12:00:00Z', '0099-06-15T12:00:00.000Z'],
  ])('%s', (_what, value, expected) => {
    expect(parseTimestamp(value)).toBe(expected);
    expect(timestamp().safeParse(value).success).toBe(true);
    expect(utcTimestamp().safeParse(parseTimestamp(value)).success).toBe(true);
  });
});

describe('parseTimestamp refuses', () => {
  it.each([
    ['the 30th of February', '2026-02-30T00:00:00Z'],
    ['the 29th of February of a common year', '2026-02-29T00:00:00Z'],
    ['the 29th of February of 1900', '1900-02-29T00:00:00Z'],
    ['the 31st of April', '2026-04-31T00:00:00Z'],
    ['a day of a month, whatever its offset', '2026-02-30T23:00:00+23:00'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['month 13', '2026-13-10T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['day 32', '2026-01-32T00:00:00Z'],
    ['hour 24', '2026-01-31T24:00:00Z'],
    ['minute 60', '2026-01-31T10:60:00Z'],
    ['a leap second, which UTC milliseconds cannot tell', '2016-12-31T23:59:60Z'],
    ['an instant before the year 0', '0000-01-01T00:59:59.999+01:00'],
    ['an instant after the year 9999', '9999-12-31T23:00:00-01:00'],
    ['a date alone', '2026-01-31'],
    ['no seconds', '2026-01-31T10:30Z'],
    ['a space for the T', '2026-01-31 10:30:00Z'],
    ['a point without digits', '2026-01-31T10:30:00.Z'],
    ['a comma for the point', '2026-01-31T10:30:00,5Z'],
    ['an offset without a colon', '2026-01-31T10:30:00+0100'],
    ['an offset of hours alone', '2026-01-31T10:30:00+01'],
    ['an offset of 24 hours', '2026-01-31T10:30:00+24:00'],
    ['an offset of 60 minutes', '2026-01-31T10:30:00+01:60'],
    ['two offsets', '2026-01-31T10:30:00Z+01:00'],
    ['a name of a zone', '2026-01-31T10:30:00 UTC'],
    ['a year of five digits', '12026-01-31T10:30:00Z'],
    ['a signed year', '+002026-01-31T10:30:00Z'],
    ['a negative year', '-0001-01-31T10:30:00Z'],
    ['a week date', '2026-W05-6T10:30:00Z'],
    ['seconds since 1970', '1769855400'],
    ['a space before', ' 2026-01-31T10:30:00Z'],
    ['a line end behind', '2026-01-31T10:30:00Z\n'],
    ['NUL behind', '2026-01-31T10:30:00Z\0'],
    ['Arabic digits', '٢٠٢٦-٠١-٣١T١٠:٣٠:٠٠Z'],
    ['a minus sign that is no hyphen', '2026-01-31T10:30:00−01:00'],
    ['a word', 'now'],
    ['nothing', ''],
  ])('%s', (_what, value) => {
    expect(parseTimestamp(value)).toBeNull();
    expect(timestamp().safeParse(value).success).toBe(false);
  });
});

const two = (value: number) => String(value).padStart(2, '0');
const anyFraction = fc.option(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 }), { nil: [] });
const anyOffset = fc.record({
  sign: fc.constantFrom('+', '-'),
  hours: fc.nat({ max: 23 }),
  minutes: fc.nat({ max: 59 }),
});

describe('parseTimestamp', () => {
  it('agrees with the calendar on every day of every month', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9999 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
        const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
        for (let day = 1; day <= 31; day += 1) {
          const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
          expect(parseTimestamp(`${date}T12:00:00Z`)).toBe(day <= days ? `${date}T12:00:00.000Z` : null);
        }
      }),
    );
  });

  it('moves an instant by its offset and cuts its digits, whatever they are', () => {
    const anyMinute = fc.integer({ min: Date.UTC(1600, 0) / 60_000, max: Date.UTC(2400, 0) / 60_000 });
    fc.assert(
      fc.property(anyMinute, fc.nat({ max: 59 }), anyFraction, anyOffset, (minute, second, digits, offset) => {
        const local = new Date(minute * 60_000).toISOString().slice(0, 17) + two(second);
        const fraction = digits.length === 0 ? '' : `.${digits.join('')}`;
        const written = `${local}${fraction}${offset.sign}${two(offset.hours)}:${two(offset.minutes)}`;
        const east = (offset.sign === '+' ? 1 : -1) * (offset.hours * 60 + offset.minutes);
        const [a = 0, b = 0, c = 0] = digits;
        const instant = (minute - east) * 60_000 + second * 1_000 + a * 100 + b * 10 + c;
        expect(parseTimestamp(written)).toBe(new Date(instant).toISOString());
        expect(parseTimestamp(`${local}${fraction}`)).toBe(parseTimestamp(`${local}${fraction}Z`));
      }),
    );
  });

  it('gives back what it has written', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0000-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toBe(date.toISOString());
        },
      ),
    );
  });

  it('answers any text with an instant or null', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: anyCharacter() }), fc.stringMatching(/^[0-9TtZz:.+-]{0,30}$/)),
        (value) => {
          const parsed = parseTimestamp(value);
          expect(parsed === null || parseTimestamp(parsed) === parsed).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('text', () => {
  const taken = (value: unknown, max = 4, min: 0 | 1 = 1) => text(max, min).safeParse(value).success;

  it.each([
    ['Latin letters', 'a'],
    ['letters of two bytes', 'é'],
    ['letters of three bytes', '語'],
    ['characters of two UTF-16 units', '\u{1f680}'],
  ])('counts code points, not units or bytes: %s', (_what, letter) => {
    expect(taken(letter.repeat(4))).toBe(true);
    expect(taken(letter.repeat(5))).toBe(false);
  });

  it('counts each part of a composed character', () => {
    expect(taken('e\u0301e\u0301')).toBe(true);
    expect(taken('e\u0301e\u0301e')).toBe(false);
  });

  it('may be empty only where its least length is 0', () => {
    expect(taken('')).toBe(false);
    expect(taken('', 4, 0)).toBe(true);
    expect(taken(' ')).toBe(true);
  });

  it.each(['a\0', '\0', '\ud83d', '\ude80', 'a\ude80\ud83d'])('refuses NUL and lone surrogates: %j', (value) => {
    expect(isStorable(value)).toBe(false);
    expect(taken(value)).toBe(false);
    expect(storableText().safeParse(value).success).toBe(false);
  });

  it.each([null, 1, true, ['a'], {}])('refuses what is no text: %j', (value) => {
    expect(taken(value)).toBe(false);
  });

  it('agrees with a count of code points on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter(), maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (value, max) => {
        const count = Array.from(value).length;
        expect(taken(value, max)).toBe(isStorable(value) && count >= 1 && count <= max);
      }),
    );
  });
});

describe('id lists and amounts', () => {
  const ids = (count: number, length: number) => Array.from({ length: count }, () => 'i'.repeat(length));

  it('take 1,000 ids of 256 characters and no more', () => {
    expect(idList().safeParse(ids(1_000, 256)).success).toBe(true);
    expect(idList().safeParse([]).success).toBe(true);
    expect(idList().safeParse(ids(1_001, 1)).success).toBe(false);
    expect(idList().safeParse(ids(1, 257)).success).toBe(false);
    expect(idList().safeParse(['']).success).toBe(false);
  });

  it.each([0, 0.01, 1e300, Number.MIN_VALUE])('take the amount %s', (value) => {
    expect(usDollars().safeParse(value).success).toBe(true);
  });

  it.each([-0.01, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '1', null, true, 1n])(
    'refuse the amount %s',
    (value) => {
      expect(usDollars().safeParse(value).success).toBe(false);
    },
  );
});

describe('JSON objects', () => {
  const taken = (value: unknown) => jsonObject().safeParse(value).success;
  const objects = (levels: number): object => (levels === 1 ? {} : { a: objects(levels - 1) });
  const lists = (levels: number): unknown => (levels === 0 ? 1 : [lists(levels - 1)]);
  /** An object whose JSON text takes exactly `bytes` bytes, mostly `letter`. */
  const ofBytes = (bytes: number, letter: string) => {
    const room = bytes - '{"a":""}'.length;
    const width = Buffer.byteLength(letter);
    return { a: letter.repeat(Math.floor(room / width)) + 'x'.repeat(room % width) };
  };

  it('may be 32 levels deep, themselves the first, and no deeper', () => {
    expect(taken(objects(32))).toBe(true);
    expect(taken(objects(33))).toBe(false);
    expect(taken({ a: lists(31) })).toBe(true);
    expect(taken({ a: lists(32) })).toBe(false);
    expect(taken({ flat: 1, deep: objects(32), wide: [1, 2] })).toBe(false);
  });

  it.each(['a', 'é', '語', '\u{1f680}'])('may take 64 KiB as UTF-8 and not one byte more: %s', (letter) => {
    const most = ofBytes(65_536, letter);
    expect(Buffer.byteLength(JSON.stringify(most))).toBe(65_536);
    expect(taken(most)).toBe(true);
    expect(taken(ofBytes(65_537, letter))).toBe(false);
  });

  it('count the bytes of their escapes', () => {
    expect(taken({ a: '"'.repeat(32_764) })).toBe(true);
    expect(taken({ a: '"'.repeat(32_765) })).toBe(false);
  });

  it.each([null, [], 'text', 1, true, new Date(0), new Map()])('are nothing else: %s', (value) => {
    expect(taken(value)).toBe(false);
  });

  it('come back as they were sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
        fc.pre(!Object.hasOwn(value, '__proto__'));
        expect(jsonObject().parse(value)).toEqual(value);
        expect(JSON.stringify(jsonObject().parse(value))).toBe(JSON.stringify(value));
      }),
    );
  });
});
