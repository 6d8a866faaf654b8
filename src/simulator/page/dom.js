/** Builds an element: properties, then children (texts stay texts, so nothing that a person wrote becomes markup). */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key === 'dataset') Object.assign(node.dataset, value);
    else if (key.startsWith('aria-')) node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

const clock = new Intl.DateTimeFormat('fa-IR', { hour: '2-digit', minute: '2-digit' });
const number = new Intl.NumberFormat('fa-IR', { maximumFractionDigits: 1 });

export const timeOf = (at) => clock.format(at);

export function sizeOf(bytes) {
  if (bytes < 1024) return `${number.format(bytes)} بایت`;
  if (bytes < 1024 * 1024) return `${number.format(bytes / 1024)} کیلوبایت`;
  return `${number.format(bytes / 1024 / 1024)} مگابایت`;
}

/** The first letter of a name, for its round mark; the colour follows the id. */
export function avatar(node, name, id) {
  node.textContent = [...name.trim()][0] ?? '؟';
  node.dataset.tint = String(Math.abs(id) % 6);
}
