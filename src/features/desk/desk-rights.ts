import type { BotContext } from '../../bot/context.ts';
import { DESK_ROLES, type Actor } from '../obstacles/obstacles.service.ts';

/** Who acts, and what screens they are shown; the services check again. */
export const actorOf = (ctx: BotContext): Actor => ({ id: ctx.person.id, roles: ctx.person.roles });
export const isStaff = (ctx: BotContext): boolean => ctx.person.roles.some((role) => DESK_ROLES.includes(role));
export const isAdmin = (ctx: BotContext): boolean => ctx.person.roles.includes('admin');
export const leads = (ctx: BotContext): boolean => isAdmin(ctx) || ctx.person.roles.includes('head');
