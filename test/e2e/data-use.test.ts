import { expect, it } from 'vitest';
import { ConfigError } from '../../src/config-error.ts';
import { MESSENGERS, startWorld } from '../support/app.ts';
import { memberOf, officerOf } from '../support/journeys.ts';

const trialOwner = { messenger: 'telegram', userId: 9002 } as const;
const owners = [trialOwner];

it.each(MESSENGERS)(
  'people’s data on %s is not mixed with a trial’s, also where nothing notes whose it is',
  async (messenger) => {
    const world = await startWorld({ use: 'real' });
    await memberOf(world, messenger);
    const count = () => world.app.database.connection.collection('news').countDocuments();
    await expect(world.restart({ use: 'trial' })).rejects.toThrow(ConfigError);
    await world.restart({ use: 'real' });
    await world.app.database.connection.collection<{ _id: string }>('schema').deleteOne({ _id: 'use' });
    await expect(world.restart({ use: 'trial' })).rejects.toThrow('DATA_DIR=./data-trial');
    await world.restart({ use: 'real' });
    expect(await count()).toBe(0);
  },
);

it('the admins of a trial have no right where real messengers are given its data, and have it in the trial again', async () => {
  const trial = { use: 'trial', owners } as const;
  const world = await startWorld(trial);
  const { person } = await memberOf(world, 'bale');
  await officerOf(world, 'bale', { userId: 9003 });
  const rolesOf = async (messenger: 'telegram' | 'bale', userId: number) =>
    (await world.app.features.members.identify({ messenger, userId, chatId: userId })).roles;
  expect(await rolesOf('telegram', 9002)).toEqual(['admin']);
  await world.restart({ use: 'real', owners: [{ messenger: 'bale', userId: person.id }], trialOwners: owners });
  expect(await rolesOf('telegram', 9002)).toEqual([]);
  expect(await rolesOf('bale', person.id)).toEqual(['admin']);
  expect(await rolesOf('bale', 9003)).toEqual(['officer']);
  await world.restart(trial);
  expect(await rolesOf('telegram', 9002)).toEqual(['admin']);
});
