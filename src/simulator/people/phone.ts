/** Digits with the country code: ۰۹۱۲…, 0912…, +98912…, 0098912… all give 98912…. */
export function normalisePhone(phone: string): string {
  const digits = phone
    .replaceAll(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6_f0))
    .replaceAll(/\D/g, '')
    .replace(/^00/, '');
  return digits.startsWith('0') ? `98${digits.slice(1)}` : digits;
}
