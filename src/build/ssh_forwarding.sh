# An sshd for the one connection on standard input and output, in the builder: the client forwards the
# sockets of its SSH agents through it. Its files lie in memory and go with it.
# Written for BusyBox's sh.
# shellcheck shell=dash
folder=$1 public_key=$2
umask 077
sshd=$(command -v sshd) || sshd=/usr/sbin/sshd
if [ ! -x "$sshd" ]; then
	echo "the builder's image has no sshd" >&2
	exit 1
fi
if [ "$(stat -f -c %T /dev/shm)" != tmpfs ]; then
	echo "/dev/shm in the builder is not in memory" >&2
	exit 1
fi
trap 'rm -rf "$folder"' EXIT
mkdir "$folder" && echo "$public_key" >"$folder/authorized_keys" &&
	ssh-keygen -q -t ed25519 -N '' -f "$folder/host_key" >&2 || exit 1
"$sshd" -i -e -f /dev/null -h "$folder/host_key" -o LogLevel=ERROR -o PidFile=none \
	-o AuthorizedKeysFile="$folder/authorized_keys" -o AuthenticationMethods=publickey -o StrictModes=no \
	-o PermitRootLogin=prohibit-password -o StreamLocalBindMask=0177 \
	-o AllowAgentForwarding=no -o X11Forwarding=no -o PrintMotd=no -o ClientAliveInterval=0
