import { element, sizeOf, timeOf } from './dom.js';
import { fileUrl } from './link.js';
import { styledText } from './styled-text.js';

/**
 * Draws the chat into `box` and leaves untouched what hasn't changed, so that a voice goes on playing and nothing
 * flickers. `on` holds what can be done to a message: press, reply, edit, link, command.
 */
export function createMessageList(box, on) {
  const drawn = new Map();
  let shown = '';
  // While one reads the end, the end stays in sight: when a picture gets its size, when the keyboard opens.
  let isAtEnd = true;
  const toEnd = () => {
    if (isAtEnd) box.scrollTop = box.scrollHeight;
  };
  box.addEventListener('scroll', () => (isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80));
  box.addEventListener('load', toEnd, true);
  box.addEventListener('loadedmetadata', toEnd, true);
  new ResizeObserver(toEnd).observe(box);

  return {
    /** `place` tells one chat from another: a new one is drawn afresh and scrolled to its end. */
    show({ place, messenger, chat, personId }) {
      const isNewPlace = place !== shown;
      if (isNewPlace) {
        drawn.clear();
        box.replaceChildren();
        shown = place;
      }
      isAtEnd ||= isNewPlace;
      const byMessageId = new Map(chat.messages.map((message) => [message.id, message]));
      for (const [id, { node }] of drawn) {
        if (byMessageId.has(id)) continue;
        node.remove();
        drawn.delete(id);
      }
      let last = null;
      for (const message of chat.messages) {
        const waiting = chat.presses.filter((press) => press.messageId === message.id && !press.answered);
        const key = JSON.stringify([message.revision, waiting.map(({ data }) => data)]);
        const known = drawn.get(message.id);
        if (known?.key !== key) {
          const node = bubble(message, { messenger, waiting, personId, on, replied: byMessageId.get(message.replyTo) });
          if (known) known.node.replaceWith(node);
          else if (last) last.after(node);
          else box.prepend(node);
          drawn.set(message.id, { key, node });
        }
        last = drawn.get(message.id).node;
      }
      toEnd();
    },
  };
}

function bubble(message, { messenger, waiting, personId, on, replied }) {
  if (message.service) return element('div', { className: 'service' }, message.service);
  const isOwn = message.authorId === personId;
  const body = element(
    'div',
    { className: 'bubble', dataset: { messageId: String(message.id) } },
    !isOwn && message.from === 'person' ? element('strong', { className: 'author' }, message.author) : null,
    message.forwardedFrom ? element('small', { className: 'forwarded' }, `هدایت‌شده از ${message.forwardedFrom}`) : null,
    replied ? quote(replied) : null,
    media(message, messenger),
    message.contact ? contact(message.contact) : null,
    message.location ? place(message.location) : null,
    message.text === '' ? null : styledText(message, { onLink: on.link, onCommand: on.command }),
    element('span', { className: 'meta' }, message.edits > 0 ? 'ویرایش‌شده ' : '', timeOf(message.at)),
    tools(message, { isOwn, on }),
  );
  const row = element('article', { className: `message ${isOwn ? 'own' : 'theirs'}` }, body);
  if (message.inlineKeyboard.length > 0) row.append(inlineKeyboard(message, { waiting, on }));
  return row;
}

const quote = (replied) =>
  element(
    'div',
    { className: 'quoted' },
    element('strong', {}, replied.from === 'bot' ? 'ربات' : replied.author),
    element('span', {}, replied.text === '' ? 'پیوست' : replied.text),
  );

function media({ media: file }, messenger) {
  if (!file) return null;
  const url = fileUrl(messenger, file.fileId);
  if (file.kind === 'photo' || file.kind === 'sticker') {
    const image = element('img', { src: url, alt: file.kind === 'photo' ? 'عکس' : 'برچسب', className: file.kind });
    if (file.width && file.height) Object.assign(image, { width: file.width, height: file.height });
    return image;
  }
  if (file.kind === 'voice' || file.kind === 'audio')
    return element('audio', { src: url, controls: true, preload: 'metadata' });
  if (file.kind === 'video' || file.kind === 'animation')
    return element('video', { src: url, controls: true, preload: 'metadata' });
  return element(
    'a',
    { className: 'file', href: url, target: '_blank', rel: 'noopener noreferrer' },
    element('span', { className: 'file-mark', 'aria-hidden': 'true' }, '↓'),
    element('span', { className: 'file-text' }, element('bdi', {}, file.name), element('small', {}, sizeOf(file.size))),
  );
}

const contact = ({ phone, firstName, lastName }) =>
  element(
    'div',
    { className: 'card' },
    element('strong', {}, [firstName, lastName].filter(Boolean).join(' ')),
    element('bdi', { dir: 'ltr' }, phone),
  );

const place = ({ latitude, longitude }) =>
  element(
    'div',
    { className: 'card' },
    element('strong', {}, 'موقعیت مکانی'),
    element('bdi', { dir: 'ltr' }, `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`),
  );

function tools(message, { isOwn, on }) {
  const buttons = [tool('پاسخ', '↩', () => on.reply(message))];
  if (isOwn && message.text !== '' && !message.forwardedFrom) buttons.push(tool('ویرایش', '✎', () => on.edit(message)));
  return element('div', { className: 'tools' }, ...buttons);
}

function tool(label, mark, act) {
  const button = element('button', { type: 'button', title: label, 'aria-label': label }, mark);
  button.addEventListener('click', act);
  return button;
}

/** Clients draw the first button of a row at the left, in every language. */
function inlineKeyboard(message, { waiting, on }) {
  return element(
    'div',
    { className: 'inline-keyboard', dir: 'ltr' },
    ...message.inlineKeyboard.map((row) =>
      element(
        'div',
        { className: 'row' },
        ...row.map((button) => {
          const isWaiting = button.data !== undefined && waiting.some(({ data }) => data === button.data);
          const kind = button.url ? 'opens' : button.copy ? 'copies' : '';
          const node = element(
            'button',
            {
              type: 'button',
              className: `${kind} ${isWaiting ? 'waiting' : ''}`,
              'aria-busy': isWaiting ? 'true' : null,
            },
            element('span', { dir: 'auto' }, button.label),
          );
          node.addEventListener('click', (event) => on.press(event, { message, button }));
          return node;
        }),
      ),
    ),
  );
}
