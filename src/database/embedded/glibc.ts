/**
 * Lets the prebuilt engine load under an older glibc. It asks for GLIBC_2.38 only because it was compiled with newer
 * headers: the C23 aliases of strtol and scanf, and a new version of fmod. Older releases have equivalents of all of
 * them, so a copy whose symbol table names those instead runs unchanged. Anything else that is too new is refused:
 * better no engine than one that fails in the middle of a write.
 *
 * Layout: System V gABI "Object Files", and "Symbol Versioning" of the Linux Standard Base.
 */
const SECTION_DYNSYM = 11;
const SECTION_VERNEED = 0x6ffffffe;
const SECTION_VERSYM = 0x6fffffff;
const ELF_MAGIC = 0x7f454c46;
const SYMBOL_SIZE = 24;
const VERSION_MASK = 0x7fff;
const C23_PREFIX = '__isoc23_';
const SAME_UNDER_AN_OLDER_VERSION = new Set(['fmod']);

interface Section {
  type: number;
  offset: number;
  size: number;
  link: number;
  info: number;
}

interface NeededVersion {
  at: number;
  name: string;
  minor: number;
  patch: number;
}

/** The minor version of the running glibc 2.x; undefined where there is none (musl, macOS, Windows). */
export function runningGlibcMinor(): number | undefined {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const match = /^2\.(\d+)/.exec(report.header?.glibcVersionRuntime ?? '');
  return match ? Number(match[1]) : undefined;
}

function sectionsOf(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(0x28));
  const entrySize = elf.readUInt16LE(0x3a);
  return Array.from({ length: elf.readUInt16LE(0x3c) }, (_, index) => {
    const at = start + index * entrySize;
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      size: Number(elf.readBigUInt64LE(at + 32)),
      link: elf.readUInt32LE(at + 40),
      info: elf.readUInt32LE(at + 44),
    };
  });
}

/** The glibc versions that one needed library must offer, as they lie in its chain of auxiliary entries. */
function glibcVersionsAt(elf: Buffer, need: number, nameAt: (offset: number) => string): NeededVersion[] {
  const versions: NeededVersion[] = [];
  let at = need + elf.readUInt32LE(need + 8);
  for (let left = elf.readUInt16LE(need + 2); left > 0; left--) {
    const name = nameAt(elf.readUInt32LE(at + 8));
    const match = /^GLIBC_2\.(\d+)(?:\.(\d+))?$/.exec(name);
    if (match) versions.push({ at, name, minor: Number(match[1]), patch: Number(match[2] ?? 0) });
    at += elf.readUInt32LE(at + 12);
  }
  return versions;
}

/**
 * A copy of a 64-bit little-endian ELF file that asks for no glibc newer than 2.`minor`.
 * @throws where the file needs a symbol that the older glibc has no equivalent of
 */
export function lowerGlibcRequirement(original: Uint8Array, minor: number): Buffer {
  const elf = Buffer.from(original);
  if (elf.length < 64 || elf.readUInt32BE(0) !== ELF_MAGIC || elf[4] !== 2 || elf[5] !== 1) {
    throw new Error('not a 64-bit little-endian ELF file');
  }
  const sections = sectionsOf(elf);
  const section = (type: number): Section => {
    const found = sections.find((candidate) => candidate.type === type);
    if (!found) throw new Error(`the ELF file has no section of type 0x${type.toString(16)}`);
    return found;
  };
  const symbols = section(SECTION_DYNSYM);
  const needs = section(SECTION_VERNEED);
  const symbolVersions = section(SECTION_VERSYM);
  const names = sections[symbols.link]?.offset ?? 0;
  const nameAt = (offset: number): string => elf.toString('latin1', names + offset, elf.indexOf(0, names + offset));

  const tooNew = new Set<number>();
  let need = needs.offset;
  for (let left = needs.info; left > 0; left--) {
    const versions = glibcVersionsAt(elf, need, nameAt);
    const [oldest] = versions.toSorted((a, b) => a.minor - b.minor || a.patch - b.patch);
    for (const version of versions) {
      if (version.minor <= minor) continue;
      if (!oldest || oldest.minor > minor) throw new Error(`${version.name} has no older version to stand in`);
      tooNew.add(elf.readUInt16LE(version.at + 6) & VERSION_MASK);
      elf.writeUInt32LE(elf.readUInt32LE(oldest.at), version.at);
      elf.writeUInt32LE(elf.readUInt32LE(oldest.at + 8), version.at + 8);
    }
    need += elf.readUInt32LE(need + 12);
  }

  for (let index = 0; index < symbols.size / SYMBOL_SIZE; index++) {
    if (!tooNew.has(elf.readUInt16LE(symbolVersions.offset + 2 * index) & VERSION_MASK)) continue;
    const at = symbols.offset + SYMBOL_SIZE * index;
    const nameOffset = elf.readUInt32LE(at);
    const name = nameAt(nameOffset);
    if (name.startsWith(C23_PREFIX)) elf.writeUInt32LE(nameOffset + C23_PREFIX.length, at);
    else if (!SAME_UNDER_AN_OLDER_VERSION.has(name)) {
      throw new Error(`the symbol ${name} has no equivalent in glibc 2.${minor}`);
    }
  }
  return elf;
}
