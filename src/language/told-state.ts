/**
 * Where something that was to be told to a person is. `waiting`: it leaves at `at`; `nothing`: an earlier message said it;
 * `blocked`: the person has shut the bot out; `no-messenger`: they have no account; `gone`: they had everything about them
 * deleted; `unknown`: it may have arrived; `phoned`: somebody said it.
 */
export const TOLD_STATES = [
  'waiting',
  'arrived',
  'nothing',
  'blocked',
  'no-messenger',
  'failed',
  'unknown',
  'gone',
  'phoned',
] as const;
export type ToldState = (typeof TOLD_STATES)[number];

export interface ToldMark {
  state: ToldState;
  at: Date;
}
