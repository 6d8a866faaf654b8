import { avatar, byId, element, timeOf } from './dom.js';

/** Which messages of the bot were looked at: the newest id for each person. Kept in the browser, shared by its tabs. */
const seenKey = (messenger) => `seen-${messenger}`;
const seenOf = (messenger) => JSON.parse(localStorage.getItem(seenKey(messenger)) ?? '{}');

export function markSeen({ messenger, personId, messages }) {
  const newest = Math.max(0, ...messages.filter(({ from }) => from === 'bot').map(({ id }) => id));
  const seen = seenOf(messenger);
  if ((seen[personId] ?? 0) >= newest) return;
  localStorage.setItem(seenKey(messenger), JSON.stringify({ ...seen, [personId]: newest }));
}

/** Draws the list: who there is, what was said last, and a mark where something waits to be read. */
export function showPeople({ people, messenger, chosen, choose }) {
  const seen = seenOf(messenger);
  byId('people').replaceChildren(
    ...people.map((person) => {
      const mark = element('span', { className: 'avatar', 'aria-hidden': 'true' });
      avatar(mark, person.name, person.id);
      const isUnread = person.id !== chosen && person.lastFromBot > (seen[person.id] ?? 0);
      const button = element(
        'button',
        { type: 'button', className: 'person', 'aria-current': person.id === chosen ? 'true' : null },
        mark,
        element(
          'span',
          { className: 'person-text' },
          element(
            'span',
            { className: 'person-name' },
            element('strong', {}, person.name),
            person.at > 0 ? element('time', {}, timeOf(person.at)) : null,
          ),
          element('small', {}, person.preview || person.note || 'شخص تازه'),
        ),
        isUnread ? element('span', { className: 'unread', title: 'پیام تازه', 'aria-label': 'پیام تازه' }) : null,
      );
      button.dataset.person = String(person.id);
      button.addEventListener('click', () => choose(person.id));
      return element('li', {}, button);
    }),
  );
}
