# What a package cannot bring as files: user, folders, secrets. Every script of the packages
# is `program=NAME`, the folders of this installation, this file, and a few lines of its own.
etc=/etc/$program
state=/var/lib/$program

# The groups that the user joins where they are, the secrets that the configuration names when it
# comes, and the units.
case $program in
nagtail)
  groups='adm systemd-journal'
  secrets='main'
  units='nagtail.service'
  ;;
nagtail-shim)
  groups='nagios'
  secrets='web01 nsca'
  units='nagtail-shim-nsca.socket nagtail-shim-nsca-ng.socket nagtail-shim-nrdp.socket nagtail-shim.service'
  ;;
esac

exists() { getent "$1" "$2" >/dev/null; }

make_user() {
  if command -v systemd-sysusers >/dev/null; then
    systemd-sysusers "$sysusers"
  else
    exists group "$program" || groupadd --system "$program"
    exists passwd "$program" ||
      useradd --system --gid "$program" --home-dir "$state" --no-create-home \
        --shell /usr/sbin/nologin "$program"
  fi
  for group in $groups; do
    if exists group "$group"; then usermod --append --groups "$group" "$program"; fi
  done
}

make_folders() {
  install -d -o root -g "$program" -m 0750 "$etc" "$etc/conf.d" "$etc/secrets"
  install -d -o "$program" -g "$program" -m 0750 "$state"
}

# Passwords that nobody knows yet: so the configuration is complete, and nothing has a password
# that is the same on two hosts.
make_secrets() {
  for name in $secrets; do
    [ ! -e "$etc/secrets/$name" ] && grep -q "secrets/$name" "$etc/$program.ini" || continue
    (umask 077 && head -c 32 /dev/urandom | base64 >"$etc/secrets/$name.new")
    chgrp "$program" "$etc/secrets/$name.new"
    chmod 0640 "$etc/secrets/$name.new"
    mv "$etc/secrets/$name.new" "$etc/secrets/$name"
  done
}

# Where systemd runs; in a chroot or an image it does not. A service that does not come up must
# not leave a package half installed: systemctl has said why.
with_systemd() {
  if [ -d /run/systemd/system ]; then systemctl "$@" || :; fi
}

remove_all() {
  rm -rf "$etc" "$state"
  rm -f "/etc/systemd/system/multi-user.target.wants/$program.service" \
    "/etc/systemd/system/sockets.target.wants/$program-"*.socket
  if exists passwd "$program"; then userdel "$program"; fi
  if exists group "$program"; then groupdel "$program"; fi
}
