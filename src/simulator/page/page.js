import { createComposer } from './composer.js';
import { ask, hideToast, showAlert, toast } from './dialogs.js';
import { avatar, byId, element } from './dom.js';
import { get, post, upload, watch } from './link.js';
import { createMessageList } from './messages.js';
import { markSeen, showPeople } from './people.js';

const state = { messenger: 'telegram', person: null, place: null, bot: null, people: [], chat: null };
const answeredPresses = new Set();

/** Shows a failed action's words instead of leaving it unseen. */
const attempt = async (work) => {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
};

const send = (body) =>
  attempt(() => post('act', { messenger: state.messenger }, { person: state.person, chat: state.place, ...body }));

const composer = createComposer({
  send,
  sendFile: (details, file) =>
    attempt(() => upload({ messenger: state.messenger, person: state.person, chat: state.place, ...details }, file)),
});

const list = createMessageList(byId('messages'), {
  reply: composer.reply,
  edit: composer.edit,
  command: (text) => void send({ action: 'say', text }),
  link: (event, url) => {
    const payload = startPayload(url);
    if (payload === null) return;
    event.preventDefault();
    void send({ action: 'say', text: payload === '' ? '/start' : `/start ${payload}` });
  },
  press: (event, { message, button }) => void press(event, { message, button }),
});

/** A link to this very bot is opened here, as the messengers do. */
function startPayload(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isOwn = ['t.me', 'ble.ir'].includes(parsed?.hostname) && parsed.pathname === `/${state.bot?.username}`;
  return isOwn ? (parsed.searchParams.get('start') ?? '') : null;
}

async function press(event, { message, button }) {
  if (button.data !== undefined) {
    await send({ action: 'press', message: message.id, text: button.data, label: button.label });
  } else if (button.copy !== undefined) {
    await attempt(() => navigator.clipboard.writeText(button.copy));
    toast('رونوشت شد.');
  } else if (startPayload(button.url) === null) window.open(button.url, '_blank', 'noopener');
  else await send({ action: 'say', text: `/start ${startPayload(button.url)}`.trim() });
}

async function loadPeople() {
  const { messenger } = state;
  const found = await get('people', { messenger });
  if (messenger !== state.messenger) return;
  state.bot = found.bot;
  state.people = found.people;
  drawPeople();
}

function drawPeople() {
  showPeople({
    people: state.people,
    messenger: state.messenger,
    chosen: state.person,
    choose: (id) => void choosePerson(id),
  });
}

async function loadChat() {
  const { messenger, person, place } = state;
  if (person === null) return;
  const chat = await get('chat', { messenger, person, chat: place });
  if (messenger !== state.messenger || person !== state.person || place !== state.place) return;
  const isNewPlace = state.chat === null;
  if (isNewPlace) hideToast();
  state.chat = chat;
  if (place === person) markSeen({ messenger, personId: person, messages: chat.messages });
  showAnswers(chat.presses, isNewPlace);
  drawBar(chat);
  composer.show({ chat, isNewPlace });
  list.show({ place: [messenger, person, place].join('/'), messenger, chat, personId: person });
}

/** Toasts and alerts that came since the last look; those that were there before are old news. */
function showAnswers(presses, isNewPlace) {
  for (const { id, answered, text, alert } of presses) {
    if (!answered || answeredPresses.has(`${state.messenger}${id}`)) continue;
    answeredPresses.add(`${state.messenger}${id}`);
    if (isNewPlace || text === '') continue;
    if (alert) void showAlert(text);
    else toast(text);
  }
}

function drawBar(chat) {
  const title = chat.title ?? state.bot?.name ?? '';
  byId('bar-title').textContent = title;
  byId('bar-subtitle').textContent = chat.title ? 'گروه' : `ربات، شما ${nameOf(state.person)} هستید`;
  avatar(byId('bar-avatar'), title, chat.chatId);
  byId('block').hidden = chat.blocked || chat.title !== null || chat.messages.length === 0;
  const place = byId('place');
  place.hidden = chat.groups.length === 0;
  place.replaceChildren(
    element('option', { value: String(state.person) }, 'ربات'),
    ...chat.groups.map(({ id, title: name }) => element('option', { value: String(id) }, name)),
  );
  place.value = String(state.place);
}

const nameOf = (id) => state.people.find((person) => person.id === id)?.name ?? '';

async function choosePerson(id) {
  Object.assign(state, { person: id, place: id, chat: null });
  document.body.dataset.view = 'chat';
  sessionStorage.setItem('place', JSON.stringify({ messenger: state.messenger, person: id }));
  await attempt(loadChat);
  drawPeople();
}

async function chooseMessenger(messenger, person = null) {
  Object.assign(state, { messenger, person: null, place: null, chat: null });
  // Until the chat is there, what stands on the screen belongs to the other messenger.
  const phone = document.querySelector('.phone');
  phone.inert = true;
  document.body.dataset.messenger = messenger;
  for (const button of document.querySelectorAll('[data-messenger-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.messengerChoice === messenger));
  }
  await attempt(loadPeople);
  const wanted = state.people.find(({ id }) => id === person) ?? state.people[0];
  const view = document.body.dataset.view;
  if (wanted) await choosePerson(wanted.id);
  if (state.messenger === messenger) phone.inert = false;
  document.body.dataset.view = view;
}

async function addPerson() {
  const given = await ask({
    title: 'شخص تازه',
    fields: [
      { name: 'name', label: 'نام', required: true },
      { name: 'phone', label: 'شمارهٔ همراه', type: 'tel' },
    ],
    confirm: 'ساختن',
  });
  if (!given) return;
  const made = await attempt(() => post('people', { messenger: state.messenger }, given));
  if (!made) return;
  await attempt(loadPeople);
  await choosePerson(made.id);
}

async function block() {
  const isSure = await ask({
    title: 'ربات مسدود شود؟',
    body: 'دیگر پیامی از ربات نمی‌رسد.',
    confirm: 'مسدود کردن',
  });
  if (isSure) await send({ action: 'block' });
}

let peopleTimer = 0;

watch((changed) => {
  const mine = changed === null ? null : (changed[state.messenger] ?? []);
  if (mine === null || mine.includes(state.place) || mine.includes(state.person)) void attempt(loadChat);
  if (mine?.length === 0) return;
  clearTimeout(peopleTimer);
  peopleTimer = setTimeout(() => void attempt(loadPeople), 150);
});

for (const button of document.querySelectorAll('[data-messenger-choice]')) {
  button.addEventListener('click', () => void chooseMessenger(button.dataset.messengerChoice));
}
byId('add-person').addEventListener('click', () => void addPerson());
byId('back').addEventListener('click', () => (document.body.dataset.view = 'people'));
byId('start').addEventListener('click', () => void send({ action: 'say', text: '/start' }));
byId('unblock').addEventListener('click', () => void send({ action: 'unblock' }));
byId('block').addEventListener('click', () => void block());
byId('place').addEventListener('change', ({ target }) => {
  Object.assign(state, { place: Number(target.value), chat: null });
  void attempt(loadChat);
});

// Another tab looked at a chat.
window.addEventListener('storage', drawPeople);

const last = JSON.parse(sessionStorage.getItem('place') ?? 'null');
await chooseMessenger(last?.messenger ?? 'telegram', last?.person ?? null);
