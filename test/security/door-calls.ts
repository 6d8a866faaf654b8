import { globSync, readFileSync } from 'node:fs';
import type { FoundMethod } from './methods.ts';

const FEATURES = new URL('../../src/features/', import.meta.url);
const DOOR = /\.(?:chat|dialogues?|views|questions)\.ts$/;

/** A place where what a person typed or pressed may reach a method. */
export interface DoorCall {
  /** The method, as in `FoundMethod`. */
  name: string;
  file: string;
  /** What stands between its parentheses; empty where it is only named. */
  passed: string;
}

/** Chats, forms and views, and whatever else knows the shell that updates come in by. */
function doors(): { file: string; code: string }[] {
  return globSync('*/*.ts', { cwd: FEATURES })
    .map((file) => ({ file, code: readFileSync(new URL(file, FEATURES), 'utf8') }))
    .filter(({ file, code }) => DOOR.test(file) || /from '(?:grammy|\.\.\/\.\.\/bot\/context\.ts)'/.test(code))
    .map(({ file, code }) => ({ file, code: withoutWords(code) }));
}

/** Comments and keys of texts name methods too. */
const withoutWords = (code: string): string =>
  code.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/[^\n]*/gm, '').replaceAll(/'[^'\n]*'/g, "''");

/** By which names doors know what the factories make: those of their deps' types, and of the parts of a service. */
function receivers(found: readonly FoundMethod[], code: string): Map<string, { factory: string; prefix: string }[]> {
  const factories = new Map(found.map(({ factory }) => [factory, factory]));
  for (const file of globSync('*/*.ts', { cwd: FEATURES })) {
    const types = readFileSync(new URL(file, FEATURES), 'utf8');
    for (const [, type, factory] of types.matchAll(/export type (\w+) = ReturnType<typeof (create\w+)>/g))
      if (type && factory) factories.set(`create${type}`, factory);
  }
  const known = new Map<string, { factory: string; prefix: string }[]>();
  const add = (name: string, factory: string, prefix: string) =>
    known.set(name, [...(known.get(name) ?? []), { factory, prefix }]);
  for (const [, name, type] of code.matchAll(/\b(\w+)\??: (?:\(\) => )?(?:Pick<|Readonly<)?([A-Z]\w+)/g)) {
    const factory = factories.get(`create${type}`);
    if (name && factory) add(name, factory, '');
  }
  for (const { factory, path } of found) {
    const parts = path.split('.');
    const part = parts.at(-2);
    if (part !== undefined) add(part, factory, `${parts.slice(0, -1).join('.')}.`);
  }
  return known;
}

/** Every place in a door that names a method of a service, called or not. */
export function doorCalls(found: readonly FoundMethod[]): DoorCall[] {
  const all = doors();
  const known = receivers(found, all.map(({ code }) => code).join('\n'));
  const methods = new Map(found.map(({ factory, path, name }) => [`${factory} ${path}`, name]));
  const named = (receiver: string, method: string): string[] => [
    ...new Set(
      (known.get(receiver) ?? []).flatMap(({ factory, prefix }) => methods.get(`${factory} ${prefix}${method}`) ?? []),
    ),
  ];
  return all.flatMap(({ file, code }) => {
    const used = [...code.matchAll(/\b(?=(\w+)(?:\(\))?[?!]?\.(\w+)(\(?))/g)].flatMap((match) => {
      const [, receiver = '', method = '', paren = ''] = match;
      const at = match.index + code.slice(match.index).indexOf(`.${method}`) + method.length + 1;
      return named(receiver, method).map((name) => ({ name, file, passed: paren ? argumentsAt(code, at) : '' }));
    });
    const taken = [...code.matchAll(/\{([^{}]*)\} = (?:\w+\.)*(\w+)(?:\(\))?;/g)].flatMap(
      ([, names = '', receiver = '']) =>
        names
          .split(',')
          .flatMap((one) => named(receiver, one.split(':')[0]!.trim()).map((name) => ({ name, file, passed: '' }))),
    );
    return [...used, ...taken];
  });
}

/** What stands between the parenthesis at a place and its partner. */
function argumentsAt(code: string, at: number): string {
  let depth = 0;
  for (let place = at; place < code.length; place++) {
    if (code[place] === '(') depth += 1;
    if (code[place] === ')') depth -= 1;
    if (depth === 0) return code.slice(at + 1, place);
  }
  return code.slice(at + 1);
}
