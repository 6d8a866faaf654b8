import { globSync } from 'node:fs';
import { Session, type Debugger } from 'node:inspector';
import type { Connection } from 'mongoose';
import { systemNow } from '../../src/system-clock.ts';

const FEATURES = new URL('../../src/features/', import.meta.url);
type Callable = (...args: unknown[]) => unknown;

/** A function that a factory gives out. */
export interface FoundMethod {
  factory: string;
  /** Where it hangs in what the factory makes, as `support.endorse`; empty where the factory makes the function itself. */
  path: string;
  /** `<folder>/<file> <method>`, by the file where its code stands, whichever factory hands it on. */
  name: string;
}

/** Stands for whatever a factory is given: it can be called, made, read and walked through, and answers with itself. */
const ANYTHING: unknown = new Proxy(function anything() {}, {
  get(_, key) {
    if (key === 'then') return undefined;
    if (key === Symbol.toPrimitive) return () => '';
    return key === Symbol.iterator ? [][Symbol.iterator].bind([]) : ANYTHING;
  },
  apply: () => ANYTHING,
  construct: () => ANYTHING as object,
});

/** Arguments for factories that look at other things than `connection` and `now` while they are called. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  createVault: [Buffer.alloc(32), 'a purpose'],
  createCodeBinder: [Buffer.alloc(32)],
  createTaxonomy: [() => []],
};

/**
 * Every function that any `create…` of src/features gives out, whatever its parameters are called.
 * @throws where a factory can't be called with stand-ins
 */
export async function findMethods(connection: Connection): Promise<FoundMethod[]> {
  const deps = new Proxy(
    { connection, now: systemNow, secretKey: Buffer.alloc(32), folder: null },
    { get: (real, key) => (key in real ? Reflect.get(real, key) : ANYTHING) },
  );
  const found: { factory: string; path: string; made: Callable }[] = [];
  for (const file of globSync('*/*.ts', { cwd: FEATURES })) {
    const module = (await import(new URL(file, FEATURES).href)) as Record<string, unknown>;
    for (const [factory, create] of Object.entries(module)) {
      if (typeof create !== 'function' || !/^create[A-Z]/.test(factory)) continue;
      try {
        const made = (create as Callable)(...(ARGUMENTS[factory] ?? [deps, deps, deps, deps]));
        for (const [path, one] of functionsIn(made)) found.push({ factory, path, made: one });
      } catch (error) {
        const how = 'let it look at its deps only when its methods are called, or give it ARGUMENTS in methods.ts';
        throw new Error(`${file} ${factory} can't be called with stand-ins: ${how}`, { cause: error });
      }
    }
  }
  const files = filesOf(found.map(({ made }) => made));
  return found.flatMap(({ factory, path }, place) => {
    const [, file] = files[place]?.split('/src/features/') ?? [];
    // A stand-in, or a clock that was handed through.
    if (file === undefined) return [];
    return [{ factory, path, name: `${file} ${path.split('.').at(-1) || factory}` }];
  });
}

function functionsIn(made: unknown, path = ''): [string, Callable][] {
  if (made === ANYTHING) return [];
  if (typeof made === 'function') return [[path, made as Callable]];
  if (typeof made !== 'object' || made === null) return [];
  return Object.entries(made).flatMap(([key, value]) => functionsIn(value, path === '' ? key : `${path}.${key}`));
}

/** The file that the code of each function stands in, as the engine knows it. */
function filesOf(functions: readonly Callable[]): (string | undefined)[] {
  const session = new Session();
  session.connect();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  Reflect.set(globalThis, 'askedForFiles', functions);
  try {
    session.post('Debugger.enable');
    return functions.map((_, place) => urls.get(scriptOf(session, `askedForFiles[${place}]`) ?? ''));
  } finally {
    Reflect.deleteProperty(globalThis, 'askedForFiles');
    session.disconnect();
  }
}

/** Within one thread the inspector answers before `post` returns. */
function scriptOf(session: Session, expression: string): string | undefined {
  let script: string | undefined;
  session.post('Runtime.evaluate', { expression }, (_error, { result }) => {
    session.post('Runtime.getProperties', { objectId: result.objectId! }, (_failed, { internalProperties }) => {
      const location = internalProperties?.find(({ name }) => name === '[[FunctionLocation]]');
      script = (location?.value?.value as Debugger.Location | undefined)?.scriptId;
    });
  });
  return script;
}
