import { describe, expect, it } from 'vitest';
import { MESSENGERS, registerFreelancer, startWorld } from '../support/app.ts';

describe.each(MESSENGERS)('registration on %s', (messenger) => {
  it('makes a member and a business of a home-based producer without asking for licences', async () => {
    const world = await startWorld();
    const person = world.server(messenger).person({ firstName: 'مریم', phone: '+989990000001' });
    person.command('start');
    await person.waitFor('خوش آمدید');
    await registerFreelancer(person);
    await world.settled();

    expect(person.transcript()).not.toContain('مدرک');
    const [member] = await world.app.features.members.reachablePage({ after: null, limit: 10 });
    expect(member).toMatchObject({
      name: 'مریم احمدی',
      phone: '+989990000001',
      provinceCode: '03',
      cityCode: '03-tabriz',
    });
    const businesses = await world.app.features.businesses.ofMember(member?.id ?? '');
    expect(businesses).toMatchObject([
      { name: 'کارگاه نرم‌افزار مریم', kind: 'freelance', fields: ['sw_custom'], documents: [] },
    ]);
  });
});
