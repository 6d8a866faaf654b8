/** A test that proves a part of a row: its file under `test/`, and words of its name as they stand there. */
export type Proof = readonly [file: string, name: string];

export interface Row {
  row: number;
  fault: string;
  promise: string;
  proofs: readonly Proof[];
  /** What of the row is not proven, or not kept. */
  open?: string;
}

const own = (file: string, row: number): Proof => [`faults/${file}.test.ts`, `row ${String(row).padStart(2, '0')}`];

/** What may go wrong and what holds then. `matrix.test.ts` sees that each proof exists; `npm run test:faults` runs them. */
export const MATRIX: readonly Row[] = [
  {
    row: 1,
    fault: 'kill -9 in a form, of the bot, the database or both',
    promise: 'nothing lost, one registration and one case, at most 2 repeated answers for each kill',
    proofs: [
      ['e2e/kill.test.ts', 'goes on at the same question and loses nothing when $victim is killed'],
      ['bot/dialogue/restarts.test.ts', 'a person sees the same whether or not the app is restarted'],
      ['e2e/trial.test.ts', 'keeps chats and answers when the whole trial is killed'],
    ],
  },
  {
    row: 2,
    fault: 'kill -9 during a broadcast',
    promise: 'nobody lost, at most the window (6) doubled for each kill, goes on by itself',
    proofs: [
      ['delivery/processes.test.ts', 'loses nobody and doubles no more than was in flight'],
      ['delivery/processes.test.ts', 'goes on being prepared where it was'],
    ],
  },
  {
    row: 3,
    fault: 'SIGTERM amid updates and sends',
    promise: 'ends within 10 s; nothing lost, nothing doubled',
    proofs: [own('processes', 3), ['delivery/sender.test.ts', 'finishes what is in hand and leaves the rest waiting']],
  },
  {
    row: 4,
    fault: 'the database is away and comes back',
    promise: 'who writes is told once; nothing confirmed meanwhile; every update answered once within 5 s after it',
    proofs: [
      own('database', 4),
      ['inbox/poller.test.ts', 'costs no update, and each takes effect once, in order'],
      ['inbox/poller.test.ts', 'is told of to those who write meanwhile, without confirming anything'],
      ['inbox/webhook.test.ts', 'refuses what can’t be stored while the database is away, and tells the person once'],
      ['inbox/away-notices.test.ts', 'groups are not told'],
      ['database/connect.test.ts', 'fails commands rather than keep them'],
    ],
    open: 'of more than a hundred updates that wait, only the people of the first hundred are told before it is back',
  },
  {
    row: 5,
    fault: 'the database is slow',
    promise: 'no double write; forms go on',
    proofs: [own('database', 5)],
  },
  {
    row: 6,
    fault: '429 with 1, 30 and 10,072 seconds',
    promise: 'kept exactly, by one messenger only, across a restart',
    proofs: [
      own('messengers', 6),
      ['delivery/outcomes.test.ts', 'waits exactly as long, without costing a try, while the other messenger goes on'],
      ['delivery/outcomes.test.ts', 'is known to the next process'],
      ['messengers/transport.test.ts', 'is handed up when it is longer than a person waits'],
    ],
  },
  {
    row: 7,
    fault: '500, 502, HTML, an empty or broken body, three in a row',
    promise: 'answered once; a delivery is tried at most 8 times',
    proofs: [
      own('messengers', 7),
      ['messengers/transport.test.ts', 'is tried again as a reply: %s'],
      ['messengers/transport.test.ts', 'is not repeated after an illegible "200" (%j)'],
      ['delivery/outcomes.test.ts', 'fails after eight clean failures'],
    ],
  },
  {
    row: 8,
    fault: 'the connection breaks after the message was taken',
    promise: 'at most one double for each, counted; what must not double stays unknown',
    proofs: [
      ['messengers/transport.test.ts', 'is not repeated when the connection breaks after the request left'],
      ['delivery/outcomes.test.ts', 'is sent again, and counted, when the connection broke'],
      ['delivery/processes.test.ts', 'doubles nothing and lists what is in doubt, where the setting says so'],
    ],
  },
  {
    row: 9,
    fault: 'blocked, chat not found, account gone',
    promise: 'marked, not tried again, counted; the other messenger is used',
    proofs: [
      ['delivery/outcomes.test.ts', 'goes to the other messenger when the first account is unreachable'],
      ['delivery/outcomes.test.ts', 'is unreachable when no account is left, and is not tried again'],
      ['delivery/processes.test.ts', 'marks who has blocked the bot'],
      ['messengers/contract.ts', 'because the person blocked the bot, left, never came or is nobody'],
    ],
  },
  {
    row: 10,
    fault: 'updates can’t be fetched; a connection that is half open',
    promise:
      'noticed within 45 s; answers within a second of the return; nothing lost within 24 h, a longer gap reported',
    proofs: [
      own('messengers', 10),
      ['inbox/gaps.test.ts', 'more than 24 hours before the next one is a gap, also for another process'],
      ['e2e/outage.test.ts', 'nothing is lost and nothing doubled of a broadcast and ten dialogues'],
      ['messengers/transport.test.ts', 'is given up, and not repeated, when no answer comes in time'],
    ],
    open: 'the half-open connection is waited for in the long form only',
  },
  {
    row: 11,
    fault: 'an update comes again, at once, after a restart, later',
    promise: 'takes effect once',
    proofs: [
      own('updates', 11),
      ['e2e/shell.test.ts', 'answers the same update once, though it is delivered again'],
      ['inbox/inbox.test.ts', 'that comes again after a restart is worked once'],
      ['inbox/webhook.test.ts', 'works an update once, however often it is sent'],
    ],
  },
  {
    row: 12,
    fault: 'ids out of order, or that begin anew',
    promise: 'none is dropped for its id',
    proofs: [
      own('updates', 11),
      ['inbox/inbox.test.ts', 'with a smaller id, or with an id that is used anew'],
      ['inbox/poller.test.ts', 'goes on when ids begin anew below those it has confirmed'],
      ['e2e/shell.test.ts', 'goes on when the messenger begins to count updates anew, and loses none'],
    ],
  },
  {
    row: 13,
    fault: 'five messages of one person at once; a button pressed twice',
    promise: 'answered in their order, sent once',
    proofs: [
      own('updates', 13),
      ['e2e/forms.test.ts', 'sends a form once, however often its send button is pressed'],
      ['inbox/inbox.test.ts', 'holds for bursts of many chats that come in many batches'],
    ],
  },
  {
    row: 14,
    fault: 'two processes on one token',
    promise: 'one waits and takes over within 5 s of the other’s death; neither ends',
    proofs: [
      ['e2e/kill.test.ts', 'waits while another serves the bots, takes over when that one is killed'],
      ['e2e/kill.test.ts', 'stays up when a stranger polls its bot'],
      [
        'inbox/webhook.test.ts',
        'lose nothing when the one that works is killed, and the other works on within five seconds',
      ],
      ['delivery/processes.test.ts', 'send together without doubling and within the rate'],
    ],
  },
  {
    row: 15,
    fault: 'the clock jumps an hour or a day, on or back',
    promise: 'no burst, nothing stands still, dates right from then on',
    proofs: [
      own('abuse', 15),
      ['messengers/pacer.test.ts', 'is not moved by a wall clock that jumps'],
      ['delivery/sender.test.ts', 'tries again what was waiting for a further try, instead of waiting for the clock'],
      ['database/leases.test.ts', 'is free where the server’s clock was set back'],
    ],
  },
  {
    row: 16,
    fault: 'malformed updates; 2,000 waiting after a night away',
    promise: 'no crash; what fails three times is set aside for the admins; none of the queue is lost',
    proofs: [
      own('updates', 16),
      ['faults/stand-stills.test.ts', 'is set aside by the next process, and everybody is served at once'],
      ['faults/stand-stills.test.ts', 'is set aside by the process that takes over while the first one still stands'],
      ['messengers/incoming.test.ts', 'never makes it throw, whatever it is'],
      ['inbox/inbox.test.ts', 'is set aside and told of without what was in the error, and the chat goes on'],
      ['messengers/transport.test.ts', 'one update beyond all reason does not hold the others back'],
    ],
  },
  {
    row: 17,
    fault: 'texts of every length and kind',
    promise: 'cut at borders of graphemes within the limit; stored without controls',
    proofs: [
      ['messengers/telegram-render.test.ts', '4096 units go in one message and 4097 in two'],
      ['messengers/telegram-render.test.ts', 'never breaks a character of several code points that fits'],
      ['messengers/bale-render.test.ts', 'fits the limit after rendering'],
      ['bot/hostile.test.ts', 'at a question of %s is answered clearly, once each, and leaves nothing unclean'],
    ],
  },
  {
    row: 18,
    fault: 'callback data that is unknown, cut, old or too long',
    promise: 'answered always; more than 64 bytes can’t be drawn',
    proofs: [
      ['bot/callback-data.test.ts', 'refuses to draw a button of more than 64 bytes'],
      ['e2e/shell.test.ts', 'answers stale and forged buttons'],
      ['monkey/monkey.test.ts', 'many people doing anything at all'],
    ],
  },
  {
    row: 19,
    fault: 'forged buttons: another’s record, a role that is gone, no message',
    promise: 'no effect; rights are those of now',
    proofs: [
      ['security/rights.test.ts', 'lets %s do what it says and nothing else'],
      ['e2e/casework.test.ts', 'takes every old button from an officer who loses the role'],
      ['e2e/desk.test.ts', 'gives nothing to who presses the desk’s buttons without a role, or after losing it'],
      ['e2e/shell.test.ts', 'answers a press on a message that is not there any more'],
      ['e2e/shell.test.ts', 'gives the buttons of another person’s form no effect'],
    ],
  },
  {
    row: 20,
    fault: 'webhook: wrong secret, path or method, too large, too slow, again',
    promise: 'refused, no effect; a megabyte and ten seconds at most; 256 bits of secret',
    proofs: [
      ['web/webhook-routes.test.ts', 'takes an update that comes with the secret'],
      ['web/webhook-routes.test.ts', 'takes nothing but POST of JSON'],
      ['web/webhook-routes.test.ts', 'takes a megabyte and no more'],
      ['web/webhook-routes.test.ts', 'ends a request whose headers do not come within ten seconds'],
      ['web/webhook-routes.test.ts', 'is made once, with 256 bits'],
    ],
  },
  {
    row: 21,
    fault: 'operators of the database in what people send',
    promise: 'none reaches the driver',
    proofs: [
      own('abuse', 21),
      ['database/connect.test.ts', 'takes an operator in a filter as a value unless the code vouches for it'],
      ['inbox/inbox.test.ts', 'may hold keys that a document can’t'],
    ],
  },
  {
    row: 22,
    fault: 'markup in names and reports',
    promise: 'read as it was typed; nobody makes a link',
    proofs: [
      ['messengers/contract.ts', 'is read as it was meant, with its styles'],
      ['messengers/bale-render.test.ts', 'reads back as the same words, styled exactly where the text said so'],
      ['e2e/registration.test.ts', 'keeps and shows a name full of markup exactly as it was typed'],
    ],
  },
  {
    row: 23,
    fault: 'formulas in what is exported',
    promise: 'every cell a text',
    proofs: [
      ['sheets/write-table.test.ts', 'leaves a formula in a name a text'],
      ['sheets/write-table.test.ts', 'disarms what a spreadsheet would calculate'],
    ],
  },
  {
    row: 24,
    fault: 'marks that turn a line around, names that show nothing, letters that look alike',
    promise: 'stripped; people’s words stand between isolates; names that mix look-alike letters are marked for staff',
    proofs: [
      own('abuse', 24),
      ['language/look-alikes.test.ts', 'looks forged'],
      ['language/persian-text.test.ts', 'leaves nothing that MongoDB or a messenger refuses'],
    ],
    open: 'a name wholly in another script is not marked; outside of cases and registrations none is',
  },
  {
    row: 25,
    fault: 'bombs, 20 MB and more, false types, paths in names, huge pictures',
    promise:
      'refused before it is fetched or unpacked; kept by content under a name of ours; memory +100 MB at most; no picture of anybody’s is decoded',
    proofs: [
      own('abuse', 25),
      ['sheets/read-table.test.ts', 'stops unpacking at the limit'],
      ['sheets/read-table.test.ts', 'refuses an archive of very many parts'],
      ['messengers/transport.test.ts', 'a download is refused as soon as it is known to be too large'],
    ],
  },
  {
    row: 26,
    fault: 'a flood by one person; many new people',
    promise:
      'it waits its turn and is told once; nothing of it is lost; others’ 99th wait at most twice that of an idle bot',
    proofs: [
      own('abuse', 26),
      ['e2e/operations.test.ts', 'slows a flood of one person, says so once, answers all of it'],
    ],
  },
  {
    row: 27,
    fault: 'secrets and personal data in logs, metrics, titles, errors',
    promise: 'none',
    proofs: [
      own('processes', 27),
      ['e2e/operations.test.ts', 'with metrics that name nobody'],
      ['messengers/transport.test.ts', 'gets a flat error without the token'],
      ['inbox/inbox.test.ts', 'without what was in the error'],
    ],
  },
  {
    row: 28,
    fault: 'the disk is full; no further file or socket; the process is killed for memory',
    promise:
      'updates stay unconfirmed; goes on where it was once there is room; a limit that is too low ends the start with its reason',
    proofs: [
      own('processes', 28),
      ['database/embedded.test.ts', 'loses no acknowledged write when its process is killed'],
    ],
  },
  {
    row: 29,
    fault: 'everything at random for long',
    promise: 'nobody without an answer, nothing leaks, memory stays',
    proofs: [own('soak', 29), ['monkey/monkey.test.ts', 'many people doing anything at all']],
    open: 'ten minutes in the long form (`--minutes` for more), not eight hours; the simulator’s own memory is in the figure',
  },
  {
    row: 30,
    fault: 'a broadcast and conversations at once',
    promise:
      'answers’ 99th wait at most 1.5 times that of an idle bot; the broadcast at 95 % of its rate; no 429 of our own doing',
    proofs: [own('abuse', 30), ['messengers/pacer.test.ts', 'passes at once while bulk waits']],
  },
  {
    row: 31,
    fault: 'a stranger’s message of 4,096 signs, in whatever state the chat is',
    promise:
      'no text is read in more than linear time: the process is never held up longer than 50 ms; others’ 99th wait at most twice that of an idle bot; nothing lost',
    proofs: [
      own('hostile-text', 31),
      ['language/regexps.test.ts', 'no regular expression takes more than linear time'],
      ['language/linear.test.ts', 'takes at most 20 ms of any 4,096 letters'],
    ],
  },
  {
    row: 32,
    fault: 'one chat with 5,000 updates; a few that send thousands; many that wait for their turns',
    promise:
      'others’ 99th wait at most twice that of an idle bot; at most twenty of a chat in memory; every press answered; nothing lost, in order',
    proofs: [
      own('fairness', 32),
      ['inbox/inbox.test.ts', 'has few of them in memory, %s, and neither others nor their order suffer'],
      ['inbox/inbox.test.ts', 'whose wait for its own turn holds no place keeps none from others'],
      ['e2e/fairness.test.ts', 'fifty people who wait for their turns keep nobody else waiting'],
      ['e2e/fairness.test.ts', 'a press that waits for its turn is answered before that'],
    ],
  },
  {
    row: 33,
    fault: 'a 429 of one chat',
    promise:
      'it waits as long as was asked, and nobody else does; no rate is learned from it; what we send brings about none',
    proofs: [
      own('fairness', 33),
      ['messengers/hurried-people.test.ts', 'people who are answered faster than a chat bears bring about no refusal'],
      ['messengers/hurried-people.test.ts', 'is sent at full rate after many refusals of single chats'],
      ['messengers/transport.test.ts', 'of a second chat that had been at rest, within the pause of another'],
      ['delivery/outcomes.test.ts', 'for one chat, puts off what goes there'],
    ],
    open: 'the pause of a chat is kept across a restart by what waits in the outbox, not by answers: they ask once more',
  },
  {
    row: 34,
    fault: 'a stranger, or one member, fills the disk with files',
    promise:
      'nothing of a stranger’s is fetched before a registration; a bound for each person and day; an alarm before the disk is full; others’ 99th wait at most twice that of an idle bot',
    proofs: [
      own('abuse', 34),
      [
        'e2e/file-bounds.test.ts',
        'gets nothing of a stranger’s files, which are fetched once the stranger is a member',
      ],
      ['e2e/file-bounds.test.ts', 'has a bound for each person on every way in'],
      ['database/storage.test.ts', 'is an alarm where files hold too much or the disk runs full'],
    ],
  },
  {
    row: 35,
    fault: 'a staff group becomes a supergroup, loses the bot, gets it back; a stranger’s group asks to be one',
    promise:
      'its cards stand under the new id, told by the message or by the refusal; admins hear once of a loss and once of the return; what changed meanwhile is drawn then; a stranger’s group hears nothing',
    proofs: [
      ['e2e/staff-group.test.ts', 'keeps its cards under its new id, told by the %s alone'],
      ['e2e/staff-group.test.ts', 'is told once when the bot can show nothing there, and again when it can'],
      ['e2e/staff-group.test.ts', 'is made by nobody else, for no other bot, and in no group that everybody may enter'],
    ],
    open: 'Bale tells of no bot that was thrown out: it is noticed with the next card',
  },
  {
    row: 36,
    fault: 'somebody else moves the thing on while a member or an officer writes about it',
    promise:
      'what was written is part of the thing, or comes back whole with a word; an old button says where it stands',
    proofs: [
      ['e2e/late.test.ts', 'nothing that was written is lost'],
      ['e2e/late.test.ts', 'gets all of the answers back, not the reason alone'],
      ['e2e/old-buttons.test.ts', 'says where it stands'],
    ],
  },
  {
    row: 37,
    fault: 'the process is down at a job’s hour, or the job fails then',
    promise:
      'what was missed is done within its own time, once, by whichever process comes first; later it is left out',
    proofs: [
      ['e2e/missed-hour.test.ts', 'costs neither the council its week nor the officers their list'],
      ['jobs/schedule.test.ts', 'that was missed while no process ran is made up once, within its time'],
      ['jobs/schedule.test.ts', 'that was missed for too long is not made up'],
      ['jobs/schedule.test.ts', 'that failed at its hour is made up a minute later'],
      ['jobs/case-jobs.test.ts', 'in whichever of two processes comes first'],
    ],
  },
  {
    row: 38,
    fault: 'the key of what is sealed is lost, or another one is there',
    promise:
      'start, readiness, doctor, backup with the key, restore, move and hand-over say so and refuse; none is made where something is sealed; nothing is ever sealed under two keys',
    proofs: [
      ['e2e/lost-key.test.ts', 'is refused by everything that would go on without it'],
      ['e2e/lost-key.test.ts', 'two processes with a folder each on one server'],
      ['e2e/lost-key.test.ts', 'from before keys were noted'],
    ],
  },
  {
    row: 39,
    fault: 'a restore is killed at any moment',
    promise: 'the old data or the new is whole; start and doctor say which and name the cure',
    proofs: [
      ['archive/killed-restore.test.ts', 'at any moment leaves the old data or the new whole'],
      ['archive/archive.test.ts', 'that broke off leaves a database on which the bot does not start'],
    ],
  },
  {
    row: 40,
    fault: 'the machine’s date is a year off',
    promise: 'the house’s clock alone tells the date: none of the machine’s in the database or in a text, no job by it',
    proofs: [
      ['e2e/clock.test.ts', 'nothing shows or keeps the date of the machine'],
      ['jobs/schedule.test.ts', 'runs once at its hour, whatever the machine’s date is'],
    ],
  },
];
