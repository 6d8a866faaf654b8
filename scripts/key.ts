import { parseConfig } from '../src/config.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { createSealing } from '../src/features/members/sealing.service.ts';
import { secretKeySource } from '../src/secret-key.ts';
import { readArguments, reasonOf } from './arguments.ts';
import { openConfiguredDatabase } from './open-database.ts';

const USAGE = `npm run key [-- --give-up]

Says whether the key that is there (DATA_DIR/secret.key, or SECRET_KEY) is the one that the national codes in the database are
sealed with. Where that one is lost for good, --give-up deletes the codes, which nobody can read again, so that the bot starts
with the key that is there, or makes one; members can give their code anew. Stop the bot first.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = readArguments(USAGE, { options: { 'give-up': { type: 'boolean' } } });
  try {
    loadSettingsFile();
    const { secretKey, dataDir } = parseConfig(process.env);
    const source = secretKeySource({ configured: secretKey, dataDir });
    const database = await openConfiguredDatabase();
    try {
      const sealing = createSealing(database);
      const problem = await sealing.problem(source);
      if (problem === null) {
        console.log('The key that is there is the right one: nothing is lost.');
        return 0;
      }
      if (!values['give-up']) throw new Error(problem);
      const codes = await sealing.giveUp();
      console.log(`${codes} national codes were deleted. The bot starts with the key that is there, or makes one.`);
      return 0;
    } finally {
      await database.close();
    }
  } catch (error) {
    console.error(reasonOf(error));
    return 1;
  }
}
