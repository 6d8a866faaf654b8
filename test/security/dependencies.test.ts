import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

interface Lock {
  packages: Record<string, { version?: string; license?: string; dev?: boolean; optional?: boolean }>;
}

describe('what is installed', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };

  it('is what the README says of each dependency: its version and its licence', () => {
    const listed = [...read('README.md').matchAll(/^\| `([@\w/.-]+)` \| (\d[\w.-]*) \| ([\w. -]+) \|$/gm)];
    const said = Object.fromEntries(listed.map(([, name, version, licence]) => [name, `${version} ${licence}`]));
    const installed = Object.keys(dependencies).map((name) => {
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
});
