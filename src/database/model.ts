import type { Connection, Model, Schema } from 'mongoose';

/** The model of that name on a connection, defined when it is first asked for. */
export function modelOn<Entity>(connection: Connection, name: string, schema: Schema<Entity>): Model<Entity> {
  return (connection.models[name] as Model<Entity> | undefined) ?? connection.model<Entity>(name, schema);
}
