/** One line of the table. */
export interface Finding {
  what: string;
  required: string;
  measured: string;
  isMet: boolean;
}

export const finding = (what: string, required: string, measured: string | number, isMet: boolean): Finding => ({
  what,
  required,
  measured: String(measured),
  isMet,
});
