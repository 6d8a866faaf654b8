import { describe, expect, it } from 'vitest';
import { callFaults, textFaults } from './text-faults.ts';

describe('the check of every text that is sent', () => {
  it.each([
    ['گام {{number}} از ۸', 'a placeholder'],
    ['نام: undefined', 'a value that is none'],
    ['نام: null', 'a value that is none'],
    ['مجموع NaN', 'a value that is none'],
    ['bot.dialogue.review', 'a raw key'],
    ['استان: obstacles.status.received', 'a raw key'],
    ['گام 3 از ۸', 'a Latin digit in Persian'],
    ['شهر: \u206803-tabriz\u2069', 'a Latin digit in Persian'],
    ['گام ٣ از ۸', 'an Arabic digit'],
  ])('finds the fault in «%s»', (text, fault) => {
    expect(textFaults(text)).toEqual([expect.stringContaining(fault)]);
  });

  it.each([
    'گام ۳ از ۸',
    'کد پیگیری: \u206612345678\u2069',
    'نشانی: https://example.ir/1403/news',
    'Step 3 of 8',
    '{"$gt":""}',
    'nullable undefinedness',
  ])('lets «%s» pass', (text) => {
    expect(textFaults(text)).toEqual([]);
  });

  it('looks at captions, keyboards and what is marked as a code', () => {
    const call = (payload: Record<string, unknown>) => ({ method: 'sendMessage', payload, ok: true, at: 0 });
    const button = { text: 'صفحهٔ 2', callback_data: 'x' };
    expect(callFaults(call({ text: 'کد 1', entities: [{ type: 'code', offset: 3, length: 1 }] }), 'telegram')).toEqual(
      [],
    );
    expect(callFaults(call({ caption: 'کد 1' }), 'telegram')).toHaveLength(1);
    expect(callFaults(call({ text: 'کد', reply_markup: { inline_keyboard: [[button]] } }), 'bale')).toHaveLength(1);
    expect(callFaults(call({ text: 'کد', reply_markup: { keyboard: [[button]] } }), 'bale')).toHaveLength(1);
  });
});
