import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './bundle.ts';
import { projectRoot } from './project-root.ts';

/** What the scripts of both package formats begin with: config/packages/setup.sh. */
function withSetup(name: Program['name'], lines: string): string {
  const setup = readFileSync(path.join(projectRoot, 'config/packages/setup.sh'), 'utf8');
  return `program=${name}\nsysusers=/usr/lib/sysusers.d/${name}.conf\n${setup}\n${lines}`;
}

const install = `make_user
make_folders
make_secrets
with_systemd daemon-reload
`;

/** The maintainer scripts of a .deb, by name. Nothing is enabled and nothing started. */
export function debScripts(name: Program['name']): Readonly<Record<string, string>> {
  const script = (lines: string) => `#!/bin/sh\nset -eu\n${withSetup(name, lines)}`;
  return {
    postinst: script(`if [ "$1" = configure ]; then
${install}
# An upgrade: what runs goes on with the new version.
if [ -n "\${2:-}" ]; then with_systemd try-restart "$program.service"; fi
fi
`),
    prerm: script(`if [ "$1" = remove ]; then with_systemd stop $units; fi\n`),
    postrm: script(`case $1 in
remove) with_systemd daemon-reload ;;
purge) remove_all ;;
esac
`),
  };
}

/** The scriptlets of an .rpm, by name. RPM has no purge: state and user stay. */
export function rpmScripts(name: Program['name']): Readonly<Record<string, string>> {
  const script = (lines: string) => withSetup(name, lines);
  return {
    post: script(install),
    preun: script('if [ "$1" -eq 0 ]; then with_systemd disable --now $units; fi\n'),
    postun: script(`with_systemd daemon-reload
if [ "$1" -ge 1 ]; then with_systemd try-restart "$program.service"; fi
`),
  };
}
