/** Colours of a picture. Text on its ground keeps a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3), marks 3 : 1. */
export interface Theme {
  ground: string;
  ink: string;
  /** Notes, axis numbers. */
  faint: string;
  /** Grid, the empty part of a bar. */
  line: string;
  /** Every second row of a table. */
  stripe: string;
  /** Series in their order; told apart by people who see no red or green as well (Okabe and Ito). */
  series: readonly [string, string, string, string, string, string];
}

const LIGHT: Theme = {
  ground: '#ffffff',
  ink: '#1c2733',
  faint: '#5a6775',
  line: '#dfe4ea',
  stripe: '#f3f5f8',
  series: ['#0072b2', '#b35900', '#008060', '#8a4a7d', '#a07800', '#4d6a80'],
};

const DARK: Theme = {
  ground: '#17212b',
  ink: '#f2f5f8',
  faint: '#a9b6c3',
  line: '#33424f',
  stripe: '#1e2a36',
  series: ['#56b4e9', '#f0a030', '#2fc79a', '#dd9cc4', '#e6d04a', '#a3bccf'],
};

export type ThemeName = 'light' | 'dark';
export const THEMES: Readonly<Record<ThemeName, Theme>> = { light: LIGHT, dark: DARK };
