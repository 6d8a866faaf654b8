import type { MessengerName } from '../../messengers/messenger.ts';
import type { PersonOptions } from '../people/person-record.ts';

export interface CastMember extends PersonOptions {
  id: number;
  phone: string;
  /** What the page says about the person. */
  note: string;
  /** Who works the desk: an operator gives this one the first role. */
  isOfficer: boolean;
}

const CAST: readonly Omit<CastMember, 'id' | 'isOfficer'>[] = [
  { firstName: 'مریم', lastName: 'احمدی', phone: '09990000001', note: 'عضو، شرکت نرم‌افزاری' },
  { firstName: 'یوسف', lastName: 'کریمی', phone: '09990000002', note: 'عضو، فروشگاه رایانه' },
  { firstName: 'لیلا', lastName: 'رضایی', phone: '09990000003', note: 'عضو، تولیدکنندهٔ خانگی' },
  { firstName: 'نرگس', lastName: 'حسینی', phone: '09990000009', note: 'کارشناس دبیرخانه' },
];

/** The people that the page offers: members-to-be, and an officer at the end. Their ids stay the same from start to start. */
export function castOf(messenger: MessengerName): CastMember[] {
  const base = messenger === 'telegram' ? 5_000_000_000 : 1_300_000_000;
  return CAST.map((member, index) => ({
    ...member,
    id: base + Number(member.phone.slice(-4)),
    isOfficer: index === CAST.length - 1,
  }));
}
