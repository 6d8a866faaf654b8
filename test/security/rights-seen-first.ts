/** A method → the doors that name it and how often, and why that is no way in. */
type SeenFirst = Readonly<Record<string, readonly [doors: Readonly<Record<string, number>>, why: string]>>;

/**
 * Read by a door, by an id alone, behind a check that stands in the door: argued, not tried. A place more or less fails the
 * test. Better than a line here is a method that is told who asks.
 */
export const SEEN_FIRST: SeenFirst = {
  'audience/audiences.service.ts count': [{ 'audience/audience.chat.ts': 1 }, 'a number, for authors'],
  'audience/looking.ts look': [
    { 'audience/audience.chat.ts': 1, 'audience/audience.sure.ts': 2 },
    'for authors: the chat lets nobody else in',
  ],
  'audience/sendings.service.ts find': [
    { 'audience/audience.chat.ts': 2, 'audience/audience.dialogues.ts': 1, 'audience/audience.sure.ts': 2 },
    'for authors: the chat lets nobody else in; and a notice',
  ],
  'audience/sendings.service.ts needsApproval': [
    { 'audience/audience.chat.ts': 1, 'audience/audience.sure.ts': 1 },
    'for authors: the chat lets nobody else in',
  ],
  'audience/sendings.service.ts needsSecond': [
    { 'audience/audience.chat.ts': 1, 'audience/audience.sure.ts': 1 },
    'for authors: the chat lets nobody else in',
  ],
  'audience/sendings.service.ts openFor': [
    { 'audience/audience.chat.ts': 1 },
    'for authors: the chat lets nobody else in',
  ],
  'businesses/business-people.service.ts findOffer': [{ 'businesses/people.chat.ts': 1 }, 'a notice, by its own id'],
  'businesses/businesses.service.ts current': [
    {
      'recognition/recognition.chat.ts': 2,
      'obstacles/report.dialogue.ts': 1,
      'businesses/businesses.chat.ts': 1,
      'businesses/people.chat.ts': 3,
    },
    'its people are looked at before it is shown; and notices',
  ],
  'businesses/businesses.service.ts find': [
    { 'businesses/edit.dialogue.ts': 1, 'businesses/people.chat.ts': 1 },
    'what a correction keeps, saved behind edit; and a notice',
  ],
  'businesses/directory.service.ts speakersOf': [
    { 'directory/directory.chat.ts': 1 },
    'whether somebody can be written to',
  ],
  'businesses/duplicates.service.ts of': [
    { 'businesses/approval.chat.ts': 1, 'businesses/registration.dialogue.ts': 1 },
    'of a business that was shown',
  ],
  'desk/staff-group.service.ts back': [
    { 'desk/staff-group.choosing.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts cardsOf': [
    { 'desk/staff-group.chat.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts caseOn': [
    { 'desk/staff-group.replies.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts drawn': [
    { 'desk/staff-group.chat.ts': 3 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts forget': [
    { 'desk/staff-group.chat.ts': 2 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts isStaff': [
    { 'desk/staff-group.chat.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts keepReply': [
    { 'desk/staff-group.replies.ts': 1 },
    'behind visibleTo, with the officer who wrote',
  ],
  'desk/staff-group.service.ts lost': [
    { 'desk/staff-group.choosing.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts moved': [
    { 'desk/staff-group.chat.ts': 1, 'desk/staff-group.choosing.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'desk/staff-group.service.ts reply': [{ 'desk/staff-group.replies.ts': 1 }, 'sent by its own officer alone'],
  'desk/staff-group.service.ts stale': [
    { 'desk/staff-group.chat.ts': 1 },
    'by the group that the update or the card is in',
  ],
  'directory/contact.service.ts message': [{ 'directory/directory.chat.ts': 1 }, 'a notice, by its own id'],
  'files/files.service.ts find': [{ 'files/files.chat.ts': 1 }, 'a file of what was shown'],
  'files/files.service.ts read': [{ 'files/files.chat.ts': 1 }, 'a file of what was shown'],
  'files/files.service.ts rememberFileId': [{ 'files/files.chat.ts': 1 }, 'a file of what was shown'],
  'held/held.service.ts edit': [{ 'held/held.chat.ts': 1 }, 'by the chat that the update is in'],
  'held/held.service.ts holds': [{ 'held/held.chat.ts': 1 }, 'by the chat that the update is in'],
  'held/held.service.ts noteFetched': [{ 'held/fetch-files.ts': 2 }, 'of what find gave its owner'],
  'held/held.service.ts settle': [{ 'held/case-choice.ts': 1, 'held/held.chat.ts': 2 }, 'of what find gave its owner'],
  'members/joins.service.ts find': [{ 'members/accounts.chat.ts': 1 }, 'a notice, by its own id'],
  'members/member-pages.service.ts byPhoneOrNumber': [
    { 'audience/audience.dialogues.ts': 1 },
    'for authors: who plans is asked after it, and told numbers',
  ],
  'members/members.service.ts behind': [
    { 'desk/settings.dialogues.ts': 1, 'desk/staff-group.chat.ts': 1, 'desk/staff-group.choosing.ts': 1 },
    'the account that wrote, and whom an admin gave a role',
  ],
  'members/members.service.ts find': [
    {
      'procurement/procurement.dialogues.ts': 1,
      'members/accounts.chat.ts': 3,
      'members/person.questions.ts': 1,
      'handover/handover.chat.ts': 1,
      'directory/directory.chat.ts': 2,
      'desk/settings.sure.ts': 1,
      'businesses/approval.chat.ts': 1,
      'businesses/approval.sure.ts': 2,
      'businesses/people.chat.ts': 4,
    },
    'of oneself, or of people in what was shown',
  ],
  'members/members.service.ts ofCaller': [
    { 'desk/settings.dialogues.ts': 1 },
    'behind the role of whoever answers the phone',
  ],
  'news/archive.service.ts find': [
    {
      'news/following.ts': 1,
      'news/news.chat.ts': 2,
      'news/office.chat.ts': 1,
      'news/office.sure.ts': 2,
      'news/sending.chat.ts': 1,
      'audience/audience.chat.ts': 3,
    },
    'news that is shown to all, or to its authors; and a display',
  ],
  'news/sending.service.ts progress': [
    { 'news/office.chat.ts': 1, 'news/office.sure.ts': 2, 'audience/audience.chat.ts': 1 },
    'of an item that its authors were shown',
  ],
  'news/sending.service.ts reasons': [{ 'news/following.ts': 1 }, 'a display'],
  'news/writing.service.ts countDrafts': [{ 'news/news.chat.ts': 1 }, 'a number, for authors'],
  'obstacles/case-rankings.ts weighed': [{ 'agenda/agenda.chat.ts': 1 }, 'of the agenda that was shown'],
  'obstacles/follow-up.ts dayOf': [{ 'desk/deadlines.chat.ts': 1 }, 'a notice to whom it names'],
  'obstacles/obstacles.service.ts find': [
    { 'obstacles/obstacles.chat.ts': 2, 'desk/card.chat.ts': 1, 'desk/staff-group.chat.ts': 1 },
    'notices, cards of the staff group, and a case that was shown',
  ],
  'obstacles/support.ts isUnfollowed': [
    { 'obstacles/obstacles.chat.ts': 1, 'board/ideas.chat.ts': 1 },
    'a notice to whom it names',
  ],
  'programmes/followers.service.ts hasLeft': [{ 'programmes/programmes.chat.ts': 1 }, 'a notice to whom it names'],
  'recognition/recognition.service.ts find': [{ 'recognition/recognition.chat.ts': 1 }, 'a notice, by its own id'],
  'weekly/weekly.service.ts of': [{ 'weekly/weekly.chat.ts': 1 }, 'a notice, which asks for the role again'],
};
