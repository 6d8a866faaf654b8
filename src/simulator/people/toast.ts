import type { PressRecord } from '../world/records.ts';

/** A press of an inline button and what came of it. */
export interface Toast {
  id: string;
  label: string;
  data: string;
  messageId: number;
  answered: boolean;
  /** What the answer showed; empty where it showed nothing. */
  text: string;
  alert: boolean;
}

export function toastOf(press: PressRecord): Toast {
  return {
    id: press.id,
    label: press.label,
    data: press.data,
    messageId: press.message,
    answered: press.answer !== undefined,
    text: press.answer?.text ?? '',
    alert: press.answer?.alert ?? false,
  };
}
