/** `<folder>/<file>` → methods, by why nobody's press reaches them. */
type Inside = Readonly<Record<string, Readonly<Record<string, string>>>>;

const PEOPLE = 'when people become one, or are deleted';
const CLOCK = 'by the clock';
const UNDER = 'within its service, behind the check';
const WIRED = 'a door itself, which the wiring makes';
const SHEETS = "for a sheet, behind export.service.ts's check";
const FILES = 'what the sweeper of files may not delete';
const COUNTS = 'figures of the whole, for monitoring and the demo';
const IMPORT = 'for a list, on the command line';
const SEALS = 'the sealing room: no ids';
const OUTBOX = 'by the outbox, when something is sent';
const OTHERS = 'by another service, behind its check';
const PROOF = 'for tests: how a query is done';

/** Called by our own code alone. A door (chat, form, view) that names one of these fails the test. */
export const INSIDE: Inside = {
  'agenda/agenda.chat.ts': { createAgendaRenderer: WIRED },
  'agenda/agenda.service.ts': { 'moveMember forgetMember': PEOPLE },
  'agenda/council.service.ts': { quorumOf: UNDER },
  'agenda/votes.service.ts': { 'cast of': UNDER, 'moveMember forgetMember': PEOPLE },
  'audience/audiences.service.ts': { page: OUTBOX },
  'audience/beginning.ts': { 'begin close freeze': UNDER, beginDue: CLOCK },
  'audience/deciding.ts': { 'approversBeside askApprovers': UNDER },
  'audience/looking.ts': { createLooking: WIRED },
  'audience/segments.service.ts': { 'moveMember forgetMember': PEOPLE },
  'audience/sendings.service.ts': { 'isCleared isLocked': UNDER, 'moveMember forgetMember': PEOPLE },
  'audit/audit.service.ts': { 'record list': OTHERS, page: SHEETS, 'forget moveMember': PEOPLE },
  'businesses/business-audience.service.ts': { among: OUTBOX },
  'businesses/businesses-export.service.ts': { 'ofMembers ofNobody page': SHEETS },
  'businesses/businesses.service.ts': { count: COUNTS, moveMember: PEOPLE },
  'businesses/directory.service.ts': { explain: PROOF },
  'businesses/duplicates.service.ts': { mergeAgreed: OTHERS },
  'businesses/imported-businesses.service.ts': { 'add addEmployee like lookAgain': IMPORT, ofPerson: OTHERS },
  'businesses/leaving.service.ts': { forgetMember: PEOPLE },
  'businesses/offers.ts': {
    'answer answerInvitation find invite join openInvitation settle transfer transfersLately': UNDER,
    moveMember: PEOPLE,
  },
  'calendar/calendar.service.ts': { working: OTHERS },
  'categories/categories.service.ts': { 'checklistOf deadlinesOf': OTHERS, 'rename seed': 'at the start' },
  'databank/claims.service.ts': { 'forgetMember hasRefused moveMember': PEOPLE },
  'databank/export-columns.ts': { viewOf: UNDER },
  'databank/import-known.ts': { 'addBusiness addPerson business forget lookUp person': IMPORT },
  'databank/import.service.ts': { run: IMPORT },
  'databank/taxonomy.ts': { 'documents fields kind workplace': IMPORT },
  'desk/desk-news.service.ts': { 'inSlot tell': OUTBOX, 'moveMember forgetMember': PEOPLE },
  'desk/desk.service.ts': { scopeOf: OTHERS, 'moveMember forgetMember': PEOPLE },
  'desk/outages.service.ts': { 'away back gap': 'by the messengers’ watch' },
  'desk/staff-group.chat.ts': { 'draw redraw': WIRED },
  'desk/staff-group.service.ts': { filesAmong: FILES, 'moveMember forgetMember': PEOPLE },
  'directory/contact.service.ts': { writtenBy: PEOPLE, 'moveMember forgetMember': PEOPLE },
  'directory/searches.service.ts': { forgetMember: PEOPLE },
  'files/files.service.ts': { ensureIndexes: 'at the start', 'moveMember forgetMember': PEOPLE },
  'files/unused-files.service.ts': { run: CLOCK },
  'handover/handover.service.ts': {
    'noteExport grantOwner': OTHERS,
    run: CLOCK,
    'moveMember forgetMember': PEOPLE,
  },
  'held/held.service.ts': { filesOf: FILES, 'ofMember moveMember forgetMember': PEOPLE },
  'members/consent.chat.ts': { 'admit before beside': WIRED },
  'members/deletion-ledger.service.ts': { 'add keepAside unknownHere': PEOPLE },
  'members/deletions.service.ts': { deleteAgain: PEOPLE, runDue: CLOCK },
  'members/erasure.service.ts': { 'erase erasersOf': PEOPLE },
  'members/imported-members.service.ts': { 'add byPhones': IMPORT, 'find giveUp unclaimedBy': OTHERS },
  'members/joins.service.ts': { 'finishFor merge hasRefused': OTHERS, tidyUp: CLOCK, forgetMember: PEOPLE },
  'members/member-figures.service.ts': { 'registeredByCity registeredDuring': OTHERS },
  'members/member-pages.service.ts': { 'page formerIds': OUTBOX, explain: PROOF },
  'members/members-export.service.ts': { page: SHEETS },
  'members/members.service.ts': {
    'identify saveConversation welcomed': 'by the shell, with the account that wrote',
    'grant revoke passAdmin': OTHERS,
    'isProvedByAnother mergedInto withSamePhone withVerifiedPhone withRole': OTHERS,
    'markUnreachable reachablePage': OUTBOX,
    countReachable: COUNTS,
  },
  'members/membership-number.service.ts': { give: OTHERS },
  'members/merging.service.ts': { 'apart begin beginUnasked finish moveAll': UNDER },
  'members/my-data.service.ts': { createKeptAbout: 'what my-data.chat.ts asks for by ctx.person, in wire-people.ts' },
  'members/names.service.ts': { of: OTHERS },
  'members/national-codes.service.ts': {
    'createCodeBinder opensStored': SEALS,
    'forDeletion moveMember': PEOPLE,
  },
  'members/sealing.service.ts': { 'giveUp hold mark problem standing': SEALS },
  'members/vault.ts': { 'hash open seal': SEALS },
  'news/archive.service.ts': { explain: PROOF, hasOrigin: 'at the start' },
  'news/following.ts': { createFollowing: WIRED },
  'news/writing.service.ts': {
    publish: 'by the seed',
    'attachments filesAmong': FILES,
    'moveMember forgetMember': PEOPLE,
  },
  'obstacles/board-queries.ts': { refresh: CLOCK },
  'obstacles/case-desk.ts': {
    'changed clockAfterWord concerned limitsOf load mayAct memberActed record reporterMoved rulesOf tell write': UNDER,
  },
  'obstacles/case-figures.ts': { during: OTHERS },
  'obstacles/case-queues.ts': { openCities: UNDER },
  'obstacles/case-rankings.ts': { heaviest: OTHERS },
  'obstacles/cases-export.service.ts': { page: SHEETS },
  'obstacles/follow-up.ts': { 'checkBack closeUnconfirmed remindToConfirm tellDeadlines tellUntold': CLOCK },
  'obstacles/freeing.ts': { 'assignees freeCasesOf': OTHERS },
  'obstacles/obstacles.service.ts': {
    count: COUNTS,
    'dropEvidence evidenceOf idsOfReporter moveMember forgetMember': PEOPLE,
    'moveBusiness peopleOf': OTHERS,
    filesAmong: FILES,
  },
  'obstacles/official.ts': { consider: OTHERS, run: CLOCK },
  'obstacles/reaching.ts': { 'heard queued': OUTBOX },
  'obstacles/similar-cases.ts': { 'countGrams renewGrams': CLOCK },
  'obstacles/support-count.ts': { 'familyOf recount wholeOf': UNDER },
  'obstacles/support.ts': {
    'familyOf followersOf listOf': UNDER,
    filesAmong: FILES,
    'ofMember moveMember forgetMember': PEOPLE,
  },
  'preferences/digests.service.ts': { 'drop holders queue': OUTBOX, runDue: CLOCK, 'moveMember forgetMember': PEOPLE },
  'preferences/preferences.service.ts': { 'atWakingHours ofMany': OUTBOX, 'moveMember forgetMember': PEOPLE },
  'procurement/procurement.service.ts': { filesAmong: FILES, 'moveMember forgetMember': PEOPLE },
  'procurement/suppliers.ts': { createSuppliers: UNDER },
  'programmes/followers.service.ts': { hearersOf: UNDER, 'moveMember forgetMember': PEOPLE },
  'programmes/plans.service.ts': { refresh: 'before a form of a plan begins' },
  'programmes/programme-notes.ts': { 'append record tell': UNDER },
  'programmes/programmes.service.ts': {
    'running countOf': OTHERS,
    takeIn: 'by the seed',
    tellUntold: CLOCK,
    'moveMember forgetMember': PEOPLE,
  },
  'recognition/recognition.service.ts': { 'ofMember moveMember forgetMember': PEOPLE },
  'weekly/weekly.chat.ts': { createWeeklyRenderer: WIRED },
  'weekly/weekly.service.ts': { make: CLOCK },
};

const EVERYBODY = 'what everybody sees';
const TOKEN = 'whoever has the token';
const GIVEN = 'nothing but what it is given';

/** What anybody may see, with the word why. */
export const PUBLIC: Inside = {
  'businesses/business-people.service.ts': { 'readInvitation answerInvitation': TOKEN },
  'businesses/directory.service.ts': { 'card search': 'businesses that want to be found' },
  'calendar/calendar.service.ts': { show: EVERYBODY },
  'categories/categories.service.ts': { 'all find offered': EVERYBODY },
  'members/national-codes.service.ts': { 'masked sealTyped': GIVEN },
  'news/archive.service.ts': { 'byNumber search': EVERYBODY, shown: GIVEN, count: EVERYBODY },
  'news/item-message.ts': { 'forReader linksTo': GIVEN },
  'obstacles/board-queries.ts': { 'byCode byId counts page': 'the public face of public cases' },
  'obstacles/official.ts': { rule: EVERYBODY },
  'programmes/plans.service.ts': { 'options read': EVERYBODY },
  'recognition/recognition.service.ts': { check: 'whoever has the code' },
};
