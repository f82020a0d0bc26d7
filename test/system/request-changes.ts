// What can be done to a request: up to a bound (still taken), or beyond exactly one rule (refused, and the place is named).
import type { Operation, Parameter, Request } from './request-generator.ts';
import { ABSENT, changesOf, INEXACT, type Step } from './value-changes.ts';

export type Place = { in: 'body' | 'query' | 'path' | 'header'; pointer: string };

export type Change = {
  kind: string;
  /** What is changed: tells changes of one kind apart. */
  where: string;
  /** Null: the request is still taken. */
  refusal: { status: 400 | 415 | 422; place: Place | null } | null;
  apply(request: Request): Request;
};

/** Every change of this request that is known to be taken, or to break exactly one rule. */
export function changesOfRequest(operation: Operation, request: Request): Change[] {
  const changes = [...unknownParameters(operation), ...operation.parameters.flatMap(changesOfParameter)];
  if (operation.body === null) return changes;
  return [...changes, ...changesOfBody(operation, request), ...changesOfHeaders(), ...changesOfBytes(request)];
}

const UNKNOWN_NAMES = [
  'x',
  'Limit',
  'limit ',
  'limit[]',
  'enfroce',
  'constructor',
  '__proto__',
  'toString',
  '',
  'a/b~c',
  '組',
];

function unknownParameters({ parameters }: Operation): Change[] {
  const known = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  return UNKNOWN_NAMES.filter((name) => !known.includes(name)).map((name) => {
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return inQuery('an unknown parameter', name, pointer, (query) => [...query, [name, '1']]);
  });
}

// Words that a lenient reader would take for a whole number within bounds.
const NOT_WHOLE = [
  '',
  ' 1',
  '1 ',
  '+1',
  '-1',
  '01',
  '1.0',
  '1.5',
  '1e2',
  '0x10',
  '1_000',
  '١',
  'ten',
  'NaN',
  '9'.repeat(30),
];

function changesOfParameter({ name, schema, in: part }: Parameter): Change[] {
  if (part === 'path') return [];
  const set = (value: string) => (query: Request['query']) =>
    [...query.filter(([one]) => one !== name), [name, value]] as Request['query'];
  const bad = (kind: string, value: string) => inQuery(`${kind} '${value.slice(0, 20)}'`, name, `/${name}`, set(value));
  const good = (kind: string, value: string): Change => ({ ...bad(kind, value), refusal: null });
  const twice = inQuery('a parameter twice', name, `/${name}`, (query) => {
    const value = query.find(([one]) => one === name)?.[1] ?? schema.enum?.[0] ?? '1';
    return [...set(value)(query), [name, value]];
  });
  const { enum: words, minimum, maximum, minLength = 0, maxLength } = schema;
  const changes = [twice];
  if (words !== undefined) {
    for (const word of words) changes.push(good('the word', word));
    for (const word of ['', '1', 'yes', `${words[0]}`.toUpperCase(), ` ${words[0]}`, words.join()])
      changes.push(bad('the word', word));
  } else if (schema.type === 'integer' && minimum !== undefined && maximum !== undefined) {
    changes.push(good('at minimum', `${minimum}`), good('at maximum', `${maximum}`));
    changes.push(bad('below minimum', `${minimum - 1}`), bad('above maximum', `${maximum + 1}`));
    for (const text of NOT_WHOLE) changes.push(bad('no whole number', text));
  } else {
    changes.push(bad('NUL in', 'a\0b'));
    if (minLength > 0) changes.push(bad('below minLength', ''), good('at minLength', 'x'));
    for (const unit of maxLength === undefined ? [] : ['x', '😀']) {
      changes.push(
        good('at maxLength', unit.repeat(maxLength ?? 0)),
        bad('above maxLength', unit.repeat((maxLength ?? 0) + 1)),
      );
    }
    // A cursor that nobody was given.
    if (name === 'cursor')
      for (const text of ['', 'x', 'MXgyIDAxOTlhMWMy', '%%%', 'é']) changes.push(bad('the cursor', text));
  }
  return changes;
}

function inQuery(
  kind: string,
  where: string,
  pointer: string,
  change: (query: Request['query']) => Request['query'],
): Change {
  const refusal = { status: 422 as const, place: { in: 'query' as const, pointer } };
  return { kind, where: `?${where}`, refusal, apply: (request) => ({ ...request, query: change(request.query) }) };
}

// Any of these is another number as a double than it is as text.
const INEXACT_NUMBERS = ['9007199254740993', '1e400', '1e-400', '0.1000000000000000055', '123456789.123456789123'];

function changesOfBody({ body: schema }: Operation, { body }: Request): Change[] {
  return changesOf(schema ?? {}, body).map(({ kind, steps, pointer, value }, index) => ({
    kind,
    where: `/${steps.filter((step) => typeof step === 'string').join('/')}`,
    refusal: pointer === null ? null : { status: 422, place: { in: 'body', pointer } },
    apply: (request) => {
      const changed = { ...request, body: withValue(request.body, steps, value) };
      const text = JSON.stringify(changed.body);
      if (!text.includes(INEXACT)) return changed;
      const literal = INEXACT_NUMBERS[index % INEXACT_NUMBERS.length] ?? '';
      return { ...changed, bytes: Buffer.from(text.replace(`"${INEXACT}"`, literal)) };
    },
  }));
}

const OTHER_MEDIA_TYPES = [
  'text/plain',
  'application/json; charset=latin1',
  'application/jsonx',
  'multipart/form-data; boundary=x',
  null,
];

function changesOfHeaders(): Change[] {
  const set = (name: string, value: string | null): Change => ({
    kind: `the header value ${value}`,
    where: name,
    refusal: { status: 415, place: { in: 'header', pointer: `/${name}` } },
    apply: ({ headers: { [name]: _, ...rest }, ...request }) => ({
      ...request,
      headers: value === null ? rest : { ...rest, [name]: value },
    }),
  });
  return [
    ...OTHER_MEDIA_TYPES.map((value) => set('content-type', value)),
    ...['gzip', 'br'].map((value) => set('content-encoding', value)),
  ];
}

function changesOfBytes({ body }: Request): Change[] {
  const sent = JSON.stringify(body);
  const [first] = Object.entries(body as object);
  const also = (member: string) => `{${member}${sent === '{}' ? '}' : `,${sent.slice(1)}`}`;
  const bodies: Record<string, string | Buffer> = {
    'the last byte missing': sent.slice(0, -1),
    'a byte too many': `${sent}}`,
    'a byte-order mark': `\ufeff${sent}`,
    'invalid UTF-8': Buffer.concat([Buffer.from(sent.slice(0, -1)), Buffer.from([0x22, 0xff, 0x22, 0x7d])]),
    'a prototype key': also('"__proto__":{}'),
    'an escaped prototype key': also('"__pr\\u006fto__":{}'),
    'no byte at all': '',
  };
  if (first !== undefined) bodies['a key twice'] = also(`${JSON.stringify(first[0])}:${JSON.stringify(first[1])}`);
  return Object.entries(bodies).map(([kind, bytes]) => ({
    kind,
    where: 'bytes',
    refusal: { status: 400, place: null },
    apply: (request) => ({ ...request, bytes: Buffer.from(bytes) }),
  }));
}

function withValue(target: unknown, steps: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const { [step]: before, ...others } = (target ?? {}) as Record<Step, unknown>;
  if (value === ABSENT && rest.length === 0) return others;
  return { ...others, [step]: withValue(before, rest, value) };
}
