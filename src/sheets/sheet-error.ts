/**
 * `encoding` bytes that are no letters · `quote` a quotation mark of a CSV file that belongs to no other ·
 * `sheet` no such sheet · `format` neither xlsx nor CSV · `damaged` it says so but can't be read · `locked` a password is on it ·
 * `too-large` over a limit, or a small file that unpacks to a large one
 */
export type SheetFault = 'encoding' | 'quote' | 'sheet' | 'format' | 'damaged' | 'locked' | 'too-large';

/** A file that can't be read as a table. The message says what to do; it holds nothing of the content. */
export class SheetError extends Error {
  override readonly name = 'SheetError';
  readonly code: SheetFault;

  constructor(code: SheetFault, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}
