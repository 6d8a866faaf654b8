import { describe, expect, it } from 'vitest';
import { contentType, isPicture, isProgram } from '../../../src/features/files/content-type.ts';
import { PICTURE } from '../../support/journeys.ts';

const zipOf = (...names: string[]) => Buffer.from(`PK\u0003\u0004${names.join('\u0000')}`, 'latin1');

describe('what a file is', () => {
  it.each([
    ['a picture', PICTURE, 'png'],
    ['a letter', Buffer.from('%PDF-1.7'), 'pdf'],
    ['a voice', Buffer.from('OggS'), 'ogg'],
    ['an older phone’s voice', Buffer.from('#!AMR\n'), 'amr'],
    ['a document of Word', zipOf('[Content_Types].xml', 'word/document.xml'), 'docx'],
    ['a sheet of Excel', zipOf('xl/workbook.xml'), 'xlsx'],
    ['an archive', zipOf('notes.txt'), 'zip'],
    ['nothing known', Buffer.from('hello'), 'bin'],
    ['nothing at all', Buffer.alloc(0), 'bin'],
  ])('is read from its content: %s', (_what, bytes, extension) => {
    expect(contentType(bytes).extension).toBe(extension);
    expect(isProgram(bytes, 'نامه.pdf')).toBe(false);
  });

  it.each([
    ['of Windows', Buffer.from('MZ..')],
    ['of Linux', Buffer.from('\u007fELF', 'latin1')],
    ['of macOS', Buffer.from([0xcf, 0xfa, 0xed, 0xfe])],
    ['of Java', Buffer.from([0xca, 0xfe, 0xba, 0xbe])],
    ['of Android', zipOf('AndroidManifest.xml', 'classes.dex')],
    ['in a jar', zipOf('META-INF/MANIFEST.MF')],
    ['in a script', Buffer.from('#!/bin/sh\n')],
  ])('is a program %s, whatever it is called', (_what, bytes) => {
    expect(isProgram(bytes, 'photo.jpg')).toBe(true);
  });

  it('is a program by a name that a computer would run', () => {
    for (const name of ['setup.EXE', 'run.bat', 'نامه.pdf.js', 'a.ps1 ']) expect(isProgram(PICTURE, name)).toBe(true);
    expect(isProgram(PICTURE, 'exe.png')).toBe(false);
  });

  it('is a picture only by its content', () => {
    expect(isPicture(PICTURE)).toBe(true);
    expect(isPicture(Buffer.from('%PDF-1.7'))).toBe(false);
  });
});
