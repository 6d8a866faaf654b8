/** Talks to the page server. Every call names the messenger; a refusal is thrown with the server's words. */

async function answerOf(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

const address = (route, query) => `/page/${route}?${new URLSearchParams(query)}`;

export const get = async (route, query) => answerOf(await fetch(address(route, query)));

export const post = async (route, query, body) =>
  answerOf(
    await fetch(address(route, query), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );

export const upload = async (query, file) =>
  answerOf(await fetch(address('upload', query), { method: 'POST', body: file }));

export const fileUrl = (messenger, id) => address('file', { messenger, id });

/** Calls `onChange` with the chats that changed, `{ telegram: [ids], bale: [ids] }`; after a broken line with null. */
export function watch(onChange) {
  const events = new EventSource('/page/events');
  let wasBroken = false;
  events.addEventListener('message', ({ data }) => onChange(JSON.parse(data)));
  events.addEventListener('error', () => (wasBroken = true));
  events.addEventListener('open', () => {
    if (wasBroken) onChange(null);
    wasBroken = false;
  });
}
