# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154  # dir and netns: of the script that reads this file
# Daemons of a private engine: start them in its network namespace ($netns), find them by pid files in its
# state directory ($dir), wait for them and end them.

# pid_of NAME: the process that spawn started under that name, if it still runs.
pid_of() {
	local pid
	pid=$(cat "$dir/$1.pid" 2>/dev/null) || return 1
	[[ $pid ]] && grep -qszF -- "$dir/" "/proc/$pid/cmdline" && echo "$pid"
}

# spawn NAME COMMAND...: starts a daemon in the namespace, with its output in NAME.log. Uses
# nsenter, since `ip netns exec` hides the cgroups. The daemon does not inherit the caller's
# environment (mainly proxies) and lock, only how often Go collects garbage (GOGC).
spawn() {
	local name=$1
	shift
	setsid nsenter --net="/run/netns/$netns" env -i PATH="$PATH" HOME=/root ${GOGC:+GOGC="$GOGC"} "$@" \
		</dev/null >"$dir/$name.log" 2>&1 9>&- &
	echo $! >"$dir/$name.pid"
}

# await NAME SECONDS TEST...: waits until TEST succeeds; fails with the end of the log when the
# daemon dies or time is up.
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

# end NAME SECONDS: terminates the daemon, and kills it after that time.
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

# Kills the processes of containers at once, without their stop signal and its ten seconds.
kill_containers() {
	local shim pid
	for shim in $(shims); do
		for pid in $(children "$shim"); do kill -KILL "$pid" 2>/dev/null || true; done
	done
}

# Processes that a killed engine left running.
kill_shims() {
	local shim
	kill_containers
	for shim in $(shims); do kill -KILL "$shim" 2>/dev/null || true; done
}
