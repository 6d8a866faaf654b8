import { describe, expect, test } from 'vitest';
import { buildFor } from '../../src/database/embedded/binary.ts';
import { lowerGlibcRequirement } from '../../src/database/embedded/glibc.ts';

describe('the build of the embedded engine', () => {
  test.each([
    [
      { os: 'linux', arch: 'x64', glibcMinor: 41 },
      { name: 'linux-x64-gnu', adaptTo: undefined },
    ],
    [
      { os: 'linux', arch: 'x64', glibcMinor: 36 },
      { name: 'linux-x64-gnu', adaptTo: 36 },
    ],
    [
      { os: 'linux', arch: 'arm64', glibcMinor: 36 },
      { name: 'linux-arm64-gnu', adaptTo: 36 },
    ],
    [
      { os: 'darwin', arch: 'arm64', glibcMinor: undefined },
      { name: 'darwin-arm64', adaptTo: undefined },
    ],
  ] as const)('for %o is %o', (platform, build) => {
    expect(buildFor(platform)).toEqual(build);
  });

  test.each([
    { os: 'win32', arch: 'x64', glibcMinor: undefined },
    { os: 'darwin', arch: 'x64', glibcMinor: undefined },
    { os: 'linux', arch: 'x64', glibcMinor: undefined },
    { os: 'linux', arch: 'riscv64', glibcMinor: 41 },
  ] as const)('does not exist for %o, and the error names the way out in one line', (platform) => {
    expect(() => buildFor(platform)).toThrow(
      /^The embedded database does not run here: [^\n]*MONGODB_URI=mongodb:\/\//,
    );
  });

  test('is not adapted where the file is of another kind', () => {
    expect(() => lowerGlibcRequirement(Buffer.alloc(100), 36)).toThrow('not a 64-bit little-endian ELF file');
  });
});
