import { byId, element } from './dom.js';
import { ask, toast } from './dialogs.js';

const MAX_FILE = 50 * 1024 * 1024;
const CITIES = [
  ['38.0800,46.2919', 'تبریز'],
  ['31.3183,48.6706', 'اهواز'],
  ['35.6892,51.3890', 'تهران'],
];
const ACCEPTED = { photo: 'image/*', document: '', voice: 'audio/*' };

/**
 * The foot of the chat: the input, what it refers to, the attach menu and the reply keyboard.
 * `send` carries out an action; `sendFile` uploads.
 */
export function createComposer({ send, sendFile }) {
  const input = byId('input');
  const keyboardBox = byId('keyboard');
  let context = null;
  let keyboard = { rows: null, from: 0, isHidden: false };
  let hasPhone = false;

  const setContext = (next) => {
    context = next;
    byId('context').hidden = next === null;
    byId('context-kind').textContent = next?.kind === 'edit' ? 'ویرایش' : 'پاسخ به';
    byId('context-text').textContent = next === null ? '' : next.message.text || 'پیوست';
    if (next) input.focus();
  };

  const fit = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
    byId('composer').classList.toggle('has-text', input.value.trim() !== '');
  };

  const submit = async () => {
    const text = input.value;
    if (text.trim() === '') return;
    const about = context;
    input.value = '';
    fit();
    setContext(null);
    if (about?.kind === 'edit') await send({ action: 'edit', message: about.message.id, text });
    else await send({ action: 'say', text, ...(about ? { message: about.message.id } : {}) });
  };

  const showKeyboard = () => {
    keyboardBox.hidden = keyboard.rows === null || keyboard.isHidden;
    byId('toggle-keyboard').hidden = keyboard.rows === null;
    byId('toggle-keyboard').setAttribute('aria-pressed', String(!keyboardBox.hidden));
  };

  const pressKey = async (button, isOneTime) => {
    if (isOneTime) keyboard.isHidden = true;
    showKeyboard();
    if (button.request_contact) await shareContact();
    else if (button.request_location) await shareLocation();
    else await send({ action: 'say', text: button.text });
  };

  const shareContact = async () => {
    if (!hasPhone) {
      toast('این شخص شماره ندارد. شخص تازه‌ای با شماره بسازید.');
      return;
    }
    const agreed = await ask({
      title: 'شماره‌تان فرستاده شود؟',
      body: 'ربات شمارهٔ تلفن شما را خواهد دید.',
      confirm: 'فرستادن شماره',
    });
    if (agreed) await send({ action: 'contact' });
  };

  const shareLocation = async () => {
    const chosen = await ask({
      title: 'موقعیت مکانی فرستاده شود؟',
      fields: [{ name: 'point', label: 'شهر', options: CITIES }],
      confirm: 'فرستادن موقعیت',
    });
    if (!chosen) return;
    const [latitude, longitude] = chosen.point.split(',').map(Number);
    await send({ action: 'location', latitude, longitude });
  };

  const attach = async (kind, file) => {
    if (file.size > MAX_FILE) {
      toast('پرونده باید کوچک‌تر از ۵۰ مگابایت باشد.');
      return;
    }
    const preview =
      kind === 'photo' ? element('img', { className: 'preview', src: URL.createObjectURL(file), alt: '' }) : file.name;
    const chosen = await ask({
      title: { photo: 'فرستادن عکس', document: 'فرستادن پرونده', voice: 'فرستادن صدا' }[kind],
      body: preview,
      fields: [{ name: 'caption', label: 'شرح (اختیاری)' }],
      confirm: 'فرستادن',
    });
    if (chosen) await sendFile({ kind, name: file.name, type: file.type, caption: chosen.caption }, file);
  };

  const toggleAttach = (isOpen) => {
    byId('attach-menu').hidden = !isOpen;
    byId('attach').setAttribute('aria-expanded', String(isOpen));
  };

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  input.addEventListener('input', fit);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') setContext(null);
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  byId('context-close').addEventListener('click', () => setContext(null));
  byId('toggle-keyboard').addEventListener('click', () => {
    keyboard.isHidden = !keyboard.isHidden;
    showKeyboard();
  });
  byId('attach').addEventListener('click', () => toggleAttach(byId('attach-menu').hidden));
  for (const item of document.querySelectorAll('[data-attach]')) {
    item.addEventListener('click', () => {
      toggleAttach(false);
      const picker = byId('file');
      picker.accept = ACCEPTED[item.dataset.attach];
      picker.value = '';
      picker.dataset.kind = item.dataset.attach;
      picker.click();
    });
  }

  byId('file').addEventListener('change', ({ target }) => {
    if (target.files[0]) void attach(target.dataset.kind, target.files[0]);
  });

  return {
    reply: (message) => setContext({ kind: 'reply', message }),
    edit: (message) => {
      setContext({ kind: 'edit', message });
      input.value = message.text;
      fit();
    },
    /** What the chat is now: its keyboard and whether one can write at all. */
    show({ chat, isNewPlace }) {
      hasPhone = chat.hasPhone;
      if (isNewPlace) {
        setContext(null);
        input.value = '';
        fit();
        toggleAttach(false);
      }
      const rows = chat.keyboard?.keyboard ?? null;
      // A keyboard that comes anew opens; one that was put away stays so.
      const isHidden = isNewPlace || chat.keyboardFrom !== keyboard.from ? false : keyboard.isHidden;
      keyboard = { rows, from: chat.keyboardFrom, isHidden };
      keyboardBox.replaceChildren(
        ...(rows ?? []).map((row) =>
          element(
            'div',
            { className: 'row' },
            ...row.map((button) => {
              const node = element('button', { type: 'button' }, element('span', { dir: 'auto' }, button.text));
              node.addEventListener('click', () => void pressKey(button, chat.keyboard.one_time_keyboard));
              return node;
            }),
          ),
        ),
      );
      const isNew = chat.messages.length === 0 && chat.title === null;
      byId('composer').hidden = chat.blocked || isNew;
      byId('start').hidden = !isNew || chat.blocked;
      byId('unblock').hidden = !chat.blocked;
      if (chat.blocked || isNew) keyboardBox.hidden = true;
      else showKeyboard();
    },
  };
}
