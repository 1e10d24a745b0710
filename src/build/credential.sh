#!/bin/sh
# docker-credential-berth inside the builder: buildctl asks it for a registry's credentials, it asks the
# client, through the standard error of the build's script, and waits for the answer in memory.
# The protocol is that of docker's credential helpers. Written for BusyBox's sh.
# shellcheck shell=dash
[ "$1" = get ] || exit 1
read -r host || [ "$host" ] || exit 1
answer=$BERTH_ANSWERS/$$
printf '%s credential %s %s\n' "$BERTH_MARKER" $$ "$host" >"/proc/$BERTH_OWNER/fd/2"
while [ ! -e "$answer" ]; do
	kill -0 "$BERTH_OWNER" 2>/dev/null || exit 1
	sleep 0.02
done
read -r text <"$answer"
rm -f "$answer"
if [ "$text" = - ]; then
	echo "credentials not found in native keychain"
	exit 1
fi
echo "$text" | base64 -d
