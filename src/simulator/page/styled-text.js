import { element } from './dom.js';

const TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
  quote: 'blockquote',
};
const ADDRESS = /https?:\/\/[^\s<>"«»]+[^\s<>"«»().,:;!?،؛؟]/g;

/**
 * Draws a text with its ranges. Ranges nest: the text is cut at every edge, and each piece is wrapped in the styles
 * that cover it.
 */
export function styledText({ text, ranges }, { onLink, onCommand }) {
  const found = [...ranges, ...addressesIn(text, ranges)];
  const edges = new Set([0, text.length, ...found.flatMap(({ offset, length }) => [offset, offset + length])]);
  const cuts = [...edges].sort((a, b) => a - b);
  const box = element('div', { className: 'text' });
  for (const [index, start] of cuts.slice(0, -1).entries()) {
    const end = cuts[index + 1];
    const covering = found
      .filter(({ offset, length }) => offset <= start && offset + length >= end)
      .sort((a, b) => a.length - b.length);
    let node = document.createTextNode(text.slice(start, end));
    for (const range of covering) {
      const whole = text.slice(range.offset, range.offset + range.length);
      node = wrap(node, { range, whole, onLink, onCommand });
    }
    box.append(node);
  }
  return box;
}

/** Both messengers make links of bare addresses by themselves. */
function addressesIn(text, ranges) {
  return [...text.matchAll(ADDRESS)]
    .map((match) => ({ offset: match.index, length: match[0].length, style: 'link', url: match[0] }))
    .filter(
      ({ offset, length }) =>
        !ranges.some((range) => range.url && range.offset < offset + length && range.offset + range.length > offset),
    );
}

function wrap(node, { range, whole, onLink, onCommand }) {
  if (range.style === 'link') {
    const link = element('a', { href: range.url ?? whole, target: '_blank', rel: 'noopener noreferrer' }, node);
    if (!/^(?:https?|tel|mailto):/i.test(link.href)) link.removeAttribute('href');
    link.addEventListener('click', (event) => onLink(event, range.url ?? whole));
    return link;
  }
  if (range.style === 'command') {
    const button = element('button', { type: 'button', className: 'command' }, node);
    button.addEventListener('click', () => onCommand(whole));
    return button;
  }
  if (range.style === 'expandable') {
    return element('details', { className: 'expandable' }, element('summary', {}, range.title ?? ''), node);
  }
  return element(TAGS[range.style] ?? 'span', { className: range.style }, node);
}
