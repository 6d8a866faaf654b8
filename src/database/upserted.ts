/** What an upsert returned. The server always gives the document; the driver's types can't say so. */
export function upserted<Document>(document: Document | null): Document {
  if (document === null) throw new Error('An upsert returned no document: the server broke its contract');
  return document;
}
