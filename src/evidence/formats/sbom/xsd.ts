// XML Schema by libxml2 in WebAssembly. It is bound here and not through the classes of its
// package, for two reasons: a fault can cost libxml2 milliseconds (it lists all licences of SPDX
// for an unknown one), so that a check must stop after a number of faults; and its memory never
// shrinks. Discarding the instance solves both.
import load, { type LibXml2 } from 'libxml2-wasm/lib/libxml2raw.mjs';

export type XsdFault = { readonly message: string; readonly line: number };

export type Xsd = {
  /**
   * The text of a schema file, by its name or as another one imports it; null for any other name.
   */
  readFile(name: string): string | null;
  /** The name of the schema's file. */
  readonly name: string;
  /** Under which it is kept once compiled. */
  readonly key: string;
};

const MAX_KEPT_MEMORY = 64 * 1024 * 1024;

/**
 * The first faults of a document, at most `most`. Reads only schema files, and nothing that the
 * document names.
 */
export async function xsdFaults(text: string, xsd: Xsd, most: number): Promise<XsdFault[]> {
  for (;;) {
    instance ??= start();
    const current = instance;
    let usable = false;
    try {
      const library = await current;
      // Another check may have broken the instance in the meantime. From here on nothing else runs.
      if (instance !== current) continue;
      const faults = library.check(text, xsd, most);
      usable = faults.length < most && library.memory() <= MAX_KEPT_MEMORY;
      return faults;
    } finally {
      if (!usable && instance === current) instance = null;
    }
  }
}

let instance: Promise<Library> | null = null;

type Library = { check(text: string, xsd: Xsd, most: number): XsdFault[]; memory(): number };

// Of libxml2's xmlParserOption: no network, no external entities, no files that the document names,
// no limit on the length of a text.
const NONET = 1 << 11;
const COMPACT = 1 << 16;
const HUGE = 1 << 19;
const BIG_LINES = 1 << 22;
const NO_XXE = 1 << 23;
const OPTIONS = NONET | COMPACT | HUGE | BIG_LINES | NO_XXE;

type Engine = {
  readonly lib: LibXml2;
  /** The address of the name of the encoding. */
  readonly utf8: number;
  readonly log: ReturnType<typeof faultLog>;
  /** The addresses of compiled schemas, by key. */
  readonly schemas: Map<string, number>;
  /** The schema that is being compiled: only its files are served. */
  compiling: Xsd | null;
};

async function start(): Promise<Library> {
  const lib = await load();
  lib._xmlInitParser();
  const { at: utf8 } = allocate(lib, 'UTF-8');
  const engine: Engine = { lib, utf8, log: faultLog(lib), schemas: new Map(), compiling: null };
  serveFiles(lib, (name) => engine.compiling?.readFile(name) ?? null);
  return { check: (text, xsd, most) => check(engine, text, xsd, most), memory: () => lib.HEAPU8.length };
}

/** The address of the document. */
function parse({ lib, utf8, log }: Engine, text: string): number {
  const { at, size } = allocate(lib, text);
  const context = lib._xmlNewParserCtxt();
  lib._xmlCtxtSetErrorHandler(context, log.handler, 0);
  const document = lib._xmlCtxtReadMemory(context, at, size, 0, utf8, OPTIONS);
  lib._xmlFreeParserCtxt(context);
  lib._free(at);
  return document;
}

function compile(engine: Engine, xsd: Xsd): number {
  const { lib, log, schemas } = engine;
  engine.compiling = xsd;
  const context = lib._xmlSchemaNewDocParserCtxt(parse(engine, xsd.readFile(xsd.name) ?? ''));
  lib._xmlSchemaSetParserStructuredErrors(context, log.handler, 0);
  const schema = lib._xmlSchemaParse(context);
  lib._xmlSchemaFreeParserCtxt(context);
  engine.compiling = null;
  if (schema === 0) throw new Error(`${xsd.name} is no schema: ${log.take()[0]?.message}`);
  schemas.set(xsd.key, schema);
  return schema;
}

function check(engine: Engine, text: string, xsd: Xsd, most: number): XsdFault[] {
  const { lib, log, schemas } = engine;
  log.begin(most);
  try {
    const schema = schemas.get(xsd.key) ?? compile(engine, xsd);
    const document = parse(engine, text);
    if (document === 0) return log.take();
    const context = lib._xmlSchemaNewValidCtxt(schema);
    lib._xmlSchemaSetValidStructuredErrors(context, log.handler, 0);
    lib._xmlSchemaValidateDoc(context, document);
    lib._xmlSchemaFreeValidCtxt(context);
    lib._xmlFreeDoc(document);
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return log.take();
}

// Thrown through libxml2 to stop it: the instance must not be used again.
const ENOUGH = new Error('enough faults');

const MAX_MESSAGE = 1_000;

// Offsets of libxml2's struct _xmlError in 32 bits: int domain, int code, char *message, int level,
// char *file, int line.
const [MESSAGE, LEVEL, LINE] = [8, 12, 20];
const ERROR = 2;

function faultLog(lib: LibXml2) {
  let faults: XsdFault[] = [];
  let most = 0;
  const handler = lib.addFunction((_context: number, error: number) => {
    if (lib.getValue(error + LEVEL, 'i32') < ERROR) return;
    const message = lib.UTF8ToString(lib.getValue(error + MESSAGE, '*'), MAX_MESSAGE).trim();
    faults.push({ message, line: lib.getValue(error + LINE, 'i32') });
    if (faults.length >= most) throw ENOUGH;
  }, 'vii');
  const begin = (limit: number) => {
    faults = [];
    most = limit;
  };
  return { handler, begin, take: () => faults };
}

function serveFiles(lib: LibXml2, textOf: (name: string) => string | null): void {
  let open = Buffer.alloc(0);
  const match = (name: number) => (textOf(lib.UTF8ToString(name)) === null ? 0 : 1);
  const start = (name: number) => {
    open = Buffer.from(textOf(lib.UTF8ToString(name)) ?? '');
    return 1;
  };
  const read = (_file: number, to: number, length: number) => {
    const piece = open.subarray(0, length);
    lib.HEAPU8.set(piece, to);
    open = open.subarray(piece.length);
    return piece.length;
  };
  lib._xmlRegisterInputCallbacks(
    lib.addFunction(match, 'ii'),
    lib.addFunction(start, 'ii'),
    lib.addFunction(read, 'iiii'),
    lib.addFunction(() => 0, 'ii'),
  );
}

// Node's own encoder writes into the memory of libxml2: the one of Emscripten takes 30 times as long.
function allocate(lib: LibXml2, text: string): { at: number; size: number } {
  const size = Buffer.byteLength(text);
  const at = lib._malloc(size + 1);
  new TextEncoder().encodeInto(text, lib.HEAPU8.subarray(at, at + size));
  lib.HEAPU8[at + size] = 0;
  return { at, size };
}
