# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Rows of tiny builds and of commands about builders, on this engine and behind ssh.

tiny_context() {
	mkdir -p "$work/context"
	printf 'FROM busybox\nRUN echo hello >/hello\n' >"$work/context/Dockerfile"
	both_builders
}
# These take the name of a row and its rounds.
time_tiny() {
	tiny_context
	warm build "$work/context"
	compare "$1" "$2" build "$work/context"
}
time_tiny_load() {
	tiny_context
	warm build --load --tag "$prefix:@WHO@" "$work/context"
	compare "$1" "$2" build --load --tag "$prefix:@WHO@" "$work/context"
}
three_builders() {
	both_builders
	"$berth" create --name "$prefix-third" "$(builder_options)" >/dev/null 2>&1
}
time_ls() {
	three_builders
	warm ls
	compare "$1" "$2" ls
}
time_inspect() {
	three_builders
	warm inspect
	compare "$1" "$2" inspect
}
row_tiny() { time_tiny tiny 31; }
row_tiny_load() { time_tiny_load tiny-load 31; }
row_ls() { time_ls ls 21; }
row_inspect() { time_inspect inspect 21; }
row_version() { compare version 31 version; }
row_complete() {
	three_builders
	compare complete 31 __complete inspect ''
}

# behind_ssh FUNCTION ARGUMENT…: FUNCTION, with the engine behind a real sshd on loopback.
behind_ssh() (
	local port=$((20000 + RANDOM % 10000)) daemon=''
	mkdir -p "$work/ssh" "$work/bin" "$work/run" /run/sshd
	[[ -e $work/ssh/host ]] || for key in host user; do ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/$key"; done
	cat >"$work/ssh/sshd_config" <<-END
		Port $port
		ListenAddress 127.0.0.1
		HostKey $work/ssh/host
		AuthorizedKeysFile $work/ssh/user.pub
		StrictModes no
		UsePAM no
		PidFile none
		PermitRootLogin prohibit-password
		MaxStartups 100
		# Not the home of the user, whose ~/.bashrc bash reads for each command.
		SetEnv DOCKER_HOST=$DOCKER_HOST HOME=$work/ssh
	END
	cat >"$work/ssh/config" <<-END
		Host berth-engine
		HostName 127.0.0.1
		Port $port
		User $(id -un)
		IdentityFile $work/ssh/user
		IdentitiesOnly yes
		UserKnownHostsFile $work/ssh/known
		StrictHostKeyChecking accept-new
	END
	printf '#!/bin/sh\nexec /usr/bin/ssh -F %s "$@"\n' "$work/ssh/config" >"$work/bin/ssh"
	chmod +x "$work/bin/ssh"
	PATH=$PATH:/usr/sbin "$(command -v sshd || echo /usr/sbin/sshd)" -D -e -f "$work/ssh/sshd_config" 2>"$work/ssh/log" &
	daemon=$!
	trap 'kill $daemon' EXIT
	export PATH=$work/bin:$PATH XDG_RUNTIME_DIR=$work/run DOCKER_HOST=ssh://berth-engine
	until docker version >/dev/null 2>&1; do sleep 0.1; done
	"$@"
	remove_builders
)
row_ssh_ls() { behind_ssh time_ls ssh-ls 11; }
row_ssh_inspect() { behind_ssh time_inspect ssh-inspect 11; }
row_ssh_tiny() { behind_ssh time_tiny ssh-tiny 11; }
row_ssh_tiny_load() { behind_ssh time_tiny_load ssh-tiny-load 11; }
