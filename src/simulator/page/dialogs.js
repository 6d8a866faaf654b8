import { byId, element } from './dom.js';

/**
 * Asks in a dialog: a title, a body, and fields. Resolves to the fields' values, or null when it was put away.
 * `fields` are `{ name, label, value?, type?, required?, options? }`.
 */
export function ask({ title, body = null, fields = [], confirm = 'تأیید', cancel = 'انصراف' }) {
  const dialog = byId('dialog');
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', {}, title),
    typeof body === 'string' ? element('p', {}, body) : body,
    ...fields.map((field) => element('label', {}, element('span', {}, field.label), inputOf(field))),
    element(
      'div',
      { className: 'dialog-buttons' },
      cancel === null
        ? null
        : element('button', { type: 'button', className: 'plain', dataset: { role: 'cancel' } }, cancel),
      element('button', { type: 'submit', className: 'primary' }, confirm),
    ),
  );
  dialog.replaceChildren(form);
  return new Promise((resolve) => {
    const finish = (value) => {
      dialog.close();
      resolve(value);
    };
    form.querySelector('[data-role=cancel]')?.addEventListener('click', () => finish(null));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      finish(Object.fromEntries(new FormData(form)));
    });
    dialog.addEventListener('cancel', () => resolve(null), { once: true });
    dialog.showModal();
  });
}

function inputOf({ name, value = '', type = 'text', required = false, options = null }) {
  if (options) {
    return element('select', { name }, ...options.map(([key, label]) => element('option', { value: key }, label)));
  }
  return element('input', { name, value, type, required, dir: type === 'tel' ? 'ltr' : 'auto', autocomplete: 'off' });
}

let hiding = 0;

/** A short notice over the chat, as messengers show the answer to a press. */
export function toast(text) {
  const node = byId('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (node.hidden = true), 4000);
}

export const hideToast = () => (byId('toast').hidden = true);

/** An answer that must be put away by hand. */
export const showAlert = (text) => ask({ title: 'پیام ربات', body: text, confirm: 'بستن', cancel: null });
