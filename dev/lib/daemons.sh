# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154  # dir and netns: of the script that reads this file
# Daemons of a private engine: started in its network namespace ($netns), found again by their pid
# files in its state directory ($dir), awaited and ended.

# pid_of NAME: the process that spawn started under that name, if it still is that one.
pid_of() {
	local pid
	pid=$(cat "$dir/$1.pid" 2>/dev/null) || return 1
	[[ $pid ]] && grep -qszF -- "$dir/" "/proc/$pid/cmdline" && echo "$pid"
}

# spawn NAME COMMAND...: a daemon in the namespace, its output in NAME.log. nsenter, not `ip netns exec`:
# that one hides the cgroups. The caller's environment (proxies above all) and lock are kept out.
spawn() {
	local name=$1
	shift
	setsid nsenter --net="/run/netns/$netns" env -i PATH="$PATH" HOME=/root "$@" \
		</dev/null >"$dir/$name.log" 2>&1 9>&- &
	echo $! >"$dir/$name.pid"
}

# await NAME SECONDS TEST...: until TEST succeeds; fails with the log's end when the daemon dies or time is up.
await() {
	local name=$1 deadline=$((SECONDS + $2))
	shift 2
	until "$@"; do
		if ! kill -0 "$(cat "$dir/$name.pid")" 2>/dev/null || ((SECONDS >= deadline)); then
			tail -n 25 "$dir/$name.log" >&2
			die "$name does not answer; the end of $dir/$name.log is above"
		fi
		sleep 0.1
	done
}

# end NAME SECONDS: asks the daemon to end, then makes it.
end() {
	local pid deadline=$((SECONDS + $2))
	pid=$(pid_of "$1") || { rm -f "$dir/$1.pid"; return 0; }
	kill -TERM "$pid" 2>/dev/null || true
	while pid_of "$1" >/dev/null; do
		((SECONDS < deadline)) || kill -KILL "$pid" 2>/dev/null || true
		sleep 0.1
	done
	rm -f "$dir/$1.pid"
}

# Shims outlive containerd; this engine's are those in its namespace.
shims() {
	local process
	for process in /proc/[0-9]*; do
		if [[ $process/ns/net -ef /run/netns/$netns ]] && grep -qsz containerd-shim "$process/cmdline"; then
			echo "${process#/proc/}"
		fi
	done
}

children() { awk -v parent="$1" '/^Pid:/ { pid = $2 } /^PPid:/ && $2 == parent { print pid }' /proc/[0-9]*/status 2>/dev/null || true; }

# Ends what runs in containers at once; their own stop signal and its ten seconds are not waited for.
kill_containers() {
	local shim pid
	for shim in $(shims); do
		for pid in $(children "$shim"); do kill -KILL "$pid" 2>/dev/null || true; done
	done
}

# What a killed engine left running.
kill_shims() {
	local shim
	kill_containers
	for shim in $(shims); do kill -KILL "$shim" 2>/dev/null || true; done
}
