'use strict';

// Run by `npm install` after everything is there, with whatever Node there is: no TypeScript.
// Node 24 comes as the package of this machine, whose hash is in the lock, and npm links its command. Up to npm 10 it takes
// the link away again, together with the package of the other machine that it did not install.
const { existsSync, mkdirSync, rmSync, symlinkSync } = require('node:fs');
const { join } = require('node:path');

const modules = join(__dirname, '..', 'node_modules');
const command = join('..', `node-${process.platform}-${process.arch}`, 'bin', 'node');
const link = join(modules, '.bin', 'node');
if (existsSync(join(modules, '.bin', command)) && !existsSync(link)) {
  mkdirSync(join(modules, '.bin'), { recursive: true });
  // One that leads nowhere is left by an installation for another machine.
  rmSync(link, { force: true });
  symlinkSync(command, link);
}
