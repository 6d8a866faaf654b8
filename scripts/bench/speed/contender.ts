/** A call of the Bot API as Khoosheh makes it; the chat is put in. */
export interface RecordedCall {
  method: string;
  parameters: Record<string, unknown>;
}

export type Kind = 'start' | 'cases' | 'step' | 'back';
export type Recorded = Record<Kind, RecordedCall[]>;

/** What a measured bot is given. */
export interface Surroundings {
  apiRoot: string;
  token: string;
  mongoUri: string;
  dbName: string;
  webhook: boolean;
  /** What Khoosheh was seen to send for each kind of update; the others send the same. */
  recorded: Recorded;
}

/** Where updates are to be posted; nowhere with long polling. */
export interface Listening {
  port?: number;
  path?: string;
  /** What Telegram's header must hold. */
  secret?: string;
}

export type FromContender =
  | ({ kind: 'ready' } & Listening)
  | { kind: 'spent'; cpuMicroseconds: number; rssBytes: number };

/** Starts a bot in this process, and from then on says what it has used when asked. */
export async function begin(start: (surroundings: Surroundings) => Promise<Listening>): Promise<void> {
  const listening = await start(JSON.parse(process.argv[2] ?? '{}') as Surroundings);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const spent: FromContender = { kind: 'spent', cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() };
    process.send?.(spent);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ kind: 'ready', ...listening } satisfies FromContender);
}
