/** Recipient n has this id and n: on the messenger and, in the bot's process, as a chat. */
export const FIRST_ID = 1_000_000;
