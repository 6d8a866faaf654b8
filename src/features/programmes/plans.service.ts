import type { Actor, Programmes } from './programmes.service.ts';

export type Plans = ReturnType<typeof createPlans>;

const CODE = /^programme-(\d{1,6})$/;

/**
 * The running programmes as the choices of a form, which are asked for without waiting: they are those of the last
 * `refresh`, which is done where such a form begins, at the start, and every minute. An answer is read against the database.
 */
export function createPlans({ programmes }: { programmes: Programmes }) {
  let choices: { code: string; label: string }[] = [];

  return {
    async refresh(): Promise<void> {
      choices = (await programmes.running()).map((one) => ({
        code: `programme-${one.number}`,
        label: one.title,
      }));
    },

    options: () => choices,

    /** The name that the member reads, and the programme behind it; words that are none of ours are the name alone. */
    async read(answer: string): Promise<{ name: string; programmeId: string | null }> {
      const [, number] = CODE.exec(answer) ?? [];
      const found = number === undefined ? null : await programmes.byNumber({ roles: [] }, Number(number));
      return found ? { name: found.title, programmeId: found.id } : { name: answer, programmeId: null };
    },

    /** The case's people hear of the programme from now on. */
    link: (
      actor: Actor,
      programmeId: string,
      what: { obstacle: { id: string; code: string }; source: string },
    ): Promise<unknown> => programmes.link(actor, programmeId, what),
  };
}
