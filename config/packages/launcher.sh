#!/bin/sh
# Starts @PROGRAM@ with the Node.js that came with it; where none came, with NAGTAIL_NODE or `node`.
lib=$(dirname "$(readlink -f "$0")")/../lib
node=$lib/node
[ -x "$node" ] || node=${NAGTAIL_NODE:-node}
exec "$node" @OPTIONS@"$lib/@PROGRAM@/app/@PROGRAM@.js" "$@"
