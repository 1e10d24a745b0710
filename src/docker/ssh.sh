#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Made by berth, for the docker commands it runs: ssh with a connection that they share.
here=${0%/*}
PATH=${PATH#"$here:"}
export PATH
# A ControlPath of the user's own stays as it is.
case $(ssh -G "$@" 2>/dev/null) in
*'
controlpath '*) exec ssh "$@" ;;
esac
exec ssh -o ControlMaster=auto -o "ControlPath=\"$here/%C\"" -o ControlPersist=60 "$@"
