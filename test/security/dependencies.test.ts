import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

interface Packaged {
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, Packaged>;
}

interface Manifest {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

describe('what is installed', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as Manifest;

  it('is what the README says of each dependency: its version and its licence', () => {
    const listed = [...read('README.md').matchAll(/^\| `([@\w/.-]+)` \| (\d[\w.-]*) \| ([\w. -]+) \|$/gm)];
    const said = Object.fromEntries(listed.map(([, name, version, licence]) => [name, `${version} ${licence}`]));
    const installed = Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => {
      const { version, license } = packages[`node_modules/${name}`] ?? {};
      return [name, `${version} ${license}`];
    });
    expect(said).toEqual(Object.fromEntries(installed));
  });

  it('is under licences that were weighed, whatever brought it', () => {
    const weighed =
      /^(?:MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|MPL-2\.0|SSPL-1\.0|CC0-1\.0|Unlicense|\(MIT.*\))$/;
    const others = Object.entries(packages)
      .filter(([path, { dev, license }]) => path !== '' && dev !== true && !weighed.test(license ?? ''))
      .map(([path, { license }]) => `${path}: ${license}`);
    expect(others).toEqual([]);
  });

  it('is what the lock holds the hash of, the Node that runs it included, and nothing fetches more', () => {
    const installed = Object.entries(packages).filter(([path]) => path !== '');
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    const withScript = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    // For development only, and `allowScripts` keeps it from running.
    expect(withScript).toEqual(['node_modules/@swc/core']);
    for (const platform of ['linux-x64', 'linux-arm64'])
      expect(packages[`node_modules/node-${platform}`]?.version).toBe(optionalDependencies[`node-${platform}`]);
  });

  it('is in the lock for every platform, so that no npm has anything to add', () => {
    const isFound = (path: string, name: string): boolean => {
      for (let place = path; ; place = place.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
        if (Object.hasOwn(packages, `${place === '' ? '' : `${place}/`}node_modules/${name}`)) return true;
        if (place === '') return false;
      }
    };
    const missing = Object.entries(packages).flatMap(([path, one]) =>
      Object.keys({ ...one.dependencies, ...one.optionalDependencies })
        .filter((name) => !isFound(path, name))
        .map((name) => `${name} of ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('leaves the lock as it is, byte for byte, when it is installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'khoosheh-lock-'));
    try {
      for (const name of ['package.json', 'package-lock.json', '.npmrc']) writeFileSync(join(folder, name), read(name));
      // What npm 11 finds to write for npm 10's lock, and the other way round, stays unwritten too.
      execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--offline'], { cwd: folder });
      expect(readFileSync(join(folder, 'package-lock.json'), 'utf8')).toBe(read('package-lock.json'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
