# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For machines whose root lacks a capability (sandboxes): a runtime whose containers lack it too.

# Names of the capabilities that not even root has here, joined by |; empty on an ordinary machine.
missing_capabilities() {
	local names=(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
		NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
		SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
		AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
		PERFMON BPF CHECKPOINT_RESTORE)
	local bounding last i missing=()
	bounding=$((16#$(awk '/^CapBnd:/ { print $2 }' /proc/self/status)))
	last=$(cat /proc/sys/kernel/cap_last_cap)
	for ((i = 0; i <= last && i < ${#names[@]}; i++)); do
		((bounding >> i & 1)) || missing+=("CAP_${names[i]}")
	done
	(IFS='|'; echo "${missing[*]}")
}

# write_runtime FILE CAPABILITIES [no-limits]: writes a runtime that removes the capabilities
# (joined by |) from requests to runc: a privileged container asks for all, and runc then fails with
# "unable to apply caps". $runc, if set, is the runc to use. With no-limits it also removes resource
# limits, since podman requests more than such a root may set.
write_runtime() {
	local limits=''
	[[ ! ${3:-} ]] || limits='s/,\s*"rlimits":\s*\[[^]]*\]//g;'
	# Replaced, not overwritten: after a crash of the engine, one may still be starting.
	cat >"$1.new" <<-EOF
		#!/bin/sh
		file= process= previous=
		for argument in "\$@"; do
			case \$previous in
				--bundle|-b) file=\$argument/config.json ;;
				--process|-p) process=\$argument ;;
			esac
			case \$argument in
				--bundle=*) file=\${argument#*=}/config.json ;;
				--process=*) process=\${argument#*=} ;;
				create|run|exec) edit=\$argument ;;
			esac
			previous=\$argument
		done
		case \$edit in
			exec) file=\$process ;;
			*) file=\${file:-config.json} ;;
		esac
		if [ "\$edit" ] && [ -f "\$file" ]; then
			sed -zEi 's/,\s*"($2)"//g; s/"($2)"\s*,?\s*//g; $limits' "\$file"
		fi
		exec ${runc:-$(command -v runc)} "\$@"
	EOF
	chmod 755 "$1.new"
	mv -f "$1.new" "$1"
}
