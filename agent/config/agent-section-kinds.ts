/** The kinds of sections in nagtail.ini. */
export const agentSectionKinds = {
  agent: 'single',
  input: 'named',
  receiver: 'named',
  metrics: 'single',
} as const;
