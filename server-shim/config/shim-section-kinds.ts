/** The kinds of sections in nagtail-shim.ini. */
export const shimSectionKinds = {
  shim: 'single',
  listen: 'named',
  client: 'named',
  identity: 'named',
  sink: 'named',
  metrics: 'single',
} as const;
