import type { Obstacle } from '../obstacles/obstacles.service.ts';

/** What a dialogue of the desk is about: the case, and how much of its history the officer had seen. */
export function subjectOf(obstacle: Obstacle, variant = ''): string {
  return [obstacle.id, obstacle.history.length, variant].filter((part) => part !== '').join('.');
}

export function readSubject(subject: string): { id: string; seen: number | undefined } {
  const [id = '', seen = ''] = subject.split('.');
  return { id, seen: /^\d+$/.test(seen) ? Number(seen) : undefined };
}

/** The cases of one answer and how much of their histories the officer had seen. */
export const bulkSubject = (cases: readonly Obstacle[]): string =>
  cases.map((obstacle) => subjectOf(obstacle).replace('.', '-')).join('.');
