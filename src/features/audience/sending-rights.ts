import type { Role } from '../members/members.service.ts';

/** Who acts, with the roles that the database gives them now. */
export interface Actor {
  id: string;
  roles: readonly Role[];
}

const AUTHORS: readonly Role[] = ['officer', 'head', 'council', 'admin'];
/** Those who answer for what goes out in the council's name. */
export const APPROVERS: readonly Role[] = ['head', 'council', 'admin'];

export const mayAuthor = ({ roles }: Pick<Actor, 'roles'>): boolean => roles.some((role) => AUTHORS.includes(role));
export const mayApprove = ({ roles }: Pick<Actor, 'roles'>): boolean => roles.some((role) => APPROVERS.includes(role));
export const maySetRule = ({ roles }: Pick<Actor, 'roles'>): boolean => roles.includes('admin');
