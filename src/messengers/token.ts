/** A token stands in the path of every request, so any text that mentions a URL may carry it. */
const TOKEN = /(bot)?(?<!\d)(\d{3,}):[\w-]{30,}/g;

/** Hides bot tokens in a text; the bot's id stays, so that one can tell which bot it was. */
export const maskToken = (text: string): string => text.replace(TOKEN, '$1$2:***');
