#!/bin/sh
# Installs from the unpacked tarball, for systems without .deb and .rpm. Try --help.
set -eu
here=$(dirname "$(readlink -f "$0")")

usage() {
  cat <<'END'
install [nagtail] [nagtail-shim]            installs one program or both, as root
install --remove [nagtail] [nagtail-shim]   removes them; configuration and state stay
install --purge [nagtail] [nagtail-shim]    removes them with configuration, state and user

Programs go to /opt/nagtail with links in /usr/local/bin, configuration to /etc/nagtail and
/etc/nagtail-shim (files that are there stay as they are), units to /etc/systemd/system.
Nothing is started. To try the programs without installing: bin/nagtail --help
END
}

opt=/opt/nagtail
system=/etc/systemd/system
what=install
programs=
for argument in "$@"; do
  case $argument in
  --remove | --purge) what=${argument#--} ;;
  nagtail | nagtail-shim) programs="$programs $argument" ;;
  -h | --help) usage && exit 0 ;;
  *) echo "$0: what is $argument? Try --help" >&2 && exit 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "$0: must be run by root" >&2 && exit 1; }

# install_program and remove_program run in a subshell each: setup.sh is for one program.
install_program() {
  program=$1
  sysusers=$here/lib/sysusers.d/$program.conf
  . "$here/lib/setup.sh"
  mkdir -p "$opt/bin" "$opt/lib" "$etc" "$system" /usr/local/bin
  rm -rf "$opt/lib/$program"
  cp -R "$here/lib/$program" "$opt/lib/"
  # The running program has the old file open: a copy beside it takes its place.
  if [ -e "$here/lib/node" ]; then
    cp "$here/lib/node" "$opt/lib/node.new"
    mv "$opt/lib/node.new" "$opt/lib/node"
  fi
  cp "$here/bin/$program" "$opt/bin/"
  ln -sf "$opt/bin/$program" "/usr/local/bin/$program"
  make_user
  make_folders
  (cd "$here/etc/$program" && find . -type f) | while read -r file; do
    [ -e "$etc/$file" ] || install -D -m 0644 "$here/etc/$program/$file" "$etc/$file"
  done
  make_secrets
  for unit in "$here/lib/systemd/$program"[.-]*; do
    case $program${unit##*/} in nagtailnagtail-shim*) continue ;; esac
    sed "s#/usr/s\{0,1\}bin/nagtail#$opt/bin/nagtail#g" "$unit" >"$system/${unit##*/}"
  done
  with_systemd daemon-reload
  echo "$program is installed: see $etc/$program.ini, then systemctl enable --now $program"
}

remove_program() {
  program=$1
  . "$here/lib/setup.sh"
  with_systemd disable --now $units
  rm -rf "$opt/lib/$program" "$opt/bin/$program" "/usr/local/bin/$program"
  for unit in $units; do rm -f "$system/$unit"; done
  with_systemd daemon-reload
  if [ "$what" = purge ]; then remove_all; fi
  # The other program may still need Node.js.
  if rmdir "$opt/bin" 2>/dev/null; then rm -rf "$opt"; fi
}

for program in ${programs:-nagtail nagtail-shim}; do
  case $what in
  install) (install_program "$program") ;;
  *) (remove_program "$program") ;;
  esac
done
