import type { TextKey } from '../../language/translator.ts';
import type { BoardSide, BoardSort } from '../obstacles/obstacles.service.ts';

interface SideTexts {
  title: TextKey;
  intro: TextKey;
  people: TextKey;
  fewPeople: TextKey;
  join: TextKey;
  leave: TextKey;
  joined: TextKey;
  already: TextKey;
  leaveSure: TextKey;
  left: TextKey;
  ended: TextKey;
  following: TextKey;
  unfollowed: TextKey;
}

/** How each board speaks: members have a problem too, or they support an idea. */
export const SIDE_TEXTS: Record<BoardSide, SideTexts> = {
  problems: {
    title: 'board.list.title',
    intro: 'board.list.intro',
    people: 'board.case.people',
    fewPeople: 'board.case.fewPeople',
    join: 'board.button.meToo',
    leave: 'board.button.unMeToo',
    joined: 'board.meToo.done',
    already: 'board.meToo.already',
    leaveSure: 'board.meToo.sure',
    left: 'board.meToo.withdrawn',
    ended: 'board.case.ended',
    following: 'board.follow.on',
    unfollowed: 'board.follow.off',
  },
  ideas: {
    title: 'ideas.list.title',
    intro: 'ideas.list.intro',
    people: 'ideas.case.people',
    fewPeople: 'ideas.case.fewPeople',
    join: 'ideas.button.support',
    leave: 'ideas.button.withdraw',
    joined: 'ideas.support.done',
    already: 'ideas.support.already',
    leaveSure: 'ideas.support.sure',
    left: 'ideas.support.withdrawn',
    ended: 'ideas.case.ended',
    following: 'ideas.follow.on',
    unfollowed: 'ideas.follow.off',
  },
};

/** Nobody is asked what an idea costs. */
export const SIDE_SORTS: Record<BoardSide, readonly BoardSort[]> = {
  problems: ['newest', 'people', 'cost'],
  ideas: ['newest', 'people'],
};
