# What a build runs inside the builder (remote.hpp tells what for, and where things lie).
# Written for BusyBox's sh and tools; CMake puts it into the program.
# shellcheck shell=dash disable=SC2012,SC2016,SC2317
marker=$1 contexts=$2 id=$3 slot=$4 base=$5 wanted=$6 memory=$7 staging=$8 bound=$9
shift 9
umask 022

say() { printf '%s %s\n' "$marker" "$*" >&2; }
say_json() { printf '%s %s ' "$marker" "$1" >&2; tr -d '\n' <"$2" >&2; echo >&2; }

# A command costs more than half a millisecond here: what every build does is the shell's own where it can be.

# first_line FILE: sets $line.
first_line() {
	line=''
	{ read -r line <"$1"; } 2>/dev/null
	[ "$line" ]
}

# A process by its id and start time (field 22; the name in field 2 may hold anything), so that an id used
# again is not taken for it.
identify() {
	first_line "/proc/$1/stat" || return 1
	process=$1
	# shellcheck disable=SC2086
	set -- ${line##*) }
	shift 19
	process=$process.$1
}
alive() { identify "${1%.*}" && [ "$process" = "$1" ]; }
identify $$
me=$process

# holds SLOT ID: an empty one for nothing.
holds() {
	first_line "$1/id" || :
	[ "$line" = "$2" ]
}
in_use() {
	for use in "$1"/use.*; do
		[ -e "$use" ] || continue
		alive "${use##*/use.}" && return 0
		rm -f "$use"
	done
	return 1
}
locked() { [ -e "$1/lock" ] && alive "$(cat "$1/lock/owner" 2>/dev/null)"; }

# Copies the chunks of one stream from standard input; $1 appears when its end was seen.
stream() {
	while read -r size; do
		[ "$size" != 0 ] || { : >"$1"; break; }
		dd bs="$size" count=1 iflag=fullblock 2>/dev/null
	done
}

# The slot that holds the content, marked as in use before it is looked at for good.
find_slot() {
	for candidate in *; do
		holds "$candidate" "$id" || continue
		: >"$candidate/use.$me"
		if holds "$candidate" "$id"; then
			slot=$candidate
			return 0
		fi
		rm -f "$candidate/use.$me"
	done
	return 1
}

# Tells what there is to start from.
offer() {
	latest=$(ls -t -- */id 2>/dev/null | head -n 1)
	latest=${latest%/id}
	[ "$latest" ] || return 0
	say have "$latest" "$(cat "$latest/id")"
	say manifest
	base64 "$latest/manifest" >&2 && say manifest-end
}

# Slots that were never finished, and all but the two used last.
prune() {
	kept=0
	ls -t | while read -r other; do
		[ "$other" != "$slot" ] || continue
		if [ -e "$other/id" ]; then
			kept=$((kept + 1))
			[ $kept -gt 2 ] || continue
		fi
		in_use "$other" || locked "$other" || rm -rf "$other"
	done
}

# Contexts of other folders: those that nobody used for two weeks, and the oldest while all take more than
# 10 GB. What a slot takes is in its file `size`.
prune_others() {
	room=10000000000
	own=${contexts##*/}
	(
		cd "$contexts/.." || return
		ls -t -- */*/id 2>/dev/null | while read -r id_file; do
			other=${id_file%/id}
			size=$(cat "$other/size" 2>/dev/null)
			room=$((room - ${size:-0}))
			[ "${other%%/*}" != "$own" ] || continue
			[ $room -lt 0 ] || [ "$(find "$id_file" -mtime +14)" ] || continue
			mv "$id_file" "$other/old" || continue
			if in_use "$other" || locked "$other"; then
				mv "$other/old" "$id_file"
			else
				rm -rf "$other"
			fi
		done
		rmdir -- * 2>/dev/null
	)
}

# Locks the slot. Other builds remove a slot that is not locked yet, and a folder that is still empty.
lock_slot() {
	for _ in 1 2 3; do
		mkdir -p "$contexts/$slot" && cd "$contexts" && mkdir "$slot/lock" && return 0
		[ ! -e "$contexts/$slot/lock" ] || exit 97
	done 2>/dev/null
	mkdir -p "$contexts/$slot/lock" # says why not
	exit 96
}

# Takes the slot for changing: its id goes first, so that no build starts to use it; who marked it
# in use before that is seen now.
take() {
	lock_slot
	echo "$me" >"$slot/lock/owner"
	if holds "$slot" "$base"; then
		[ ! -e "$slot/id" ] || mv "$slot/id" "$slot/old"
		in_use "$slot" || return 0
		mv "$slot/old" "$slot/id"
	fi
	rm -rf "$slot/lock"
	exit 97
}

fill() {
	rm -rf "$slot/d" "$slot/whole"
	mkdir -p "$slot/c" && stream "$slot/whole" | tar x -C "$slot" && [ -e "$slot/whole" ] || return 1
	rm "$slot/whole"
	[ ! -s "$slot/delete" ] || (cd "$slot/c" && xargs -0 rm -rf -- <../delete) || return 1
	stream "$slot/whole" | tar x -C "$slot/c" && [ -e "$slot/whole" ] || return 1
	(cd "$slot/c" && sh ../times) || return 1
	: >"$slot/use.$me"
	echo "$id" >"$slot/id.new" && mv "$slot/id.new" "$slot/id" || return 1
	rm -rf "$slot/whole" "$slot/delete" "$slot/times" "$slot/old" "$slot/lock"
}

# In a container beside the builder's: is its folder the client's? One kernel, one device and one inode
# are one folder; and nothing may be mounted inside it.
folder=/berth/context socket=/proc/1/root/run/buildkit/buildkitd.sock
sees_folder() {
	[ -S "$socket" ] &&
		[ "$(cat /proc/sys/kernel/random/boot_id) $(stat -c '%d %i' "$folder")" = "$bound" ] &&
		! grep -q " $folder/" /proc/self/mountinfo
}
# buildctl is to run in the builder's environment: its proxies, and not those that docker gives to a container.
take_environment() {
	unset HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy ftp_proxy no_proxy all_proxy
	tr '\0' '\n' </proc/1/environ >"$work/environment"
	while IFS= read -r line; do
		case ${line%%=*} in
			'' | [0-9]* | *[!A-Za-z0-9_]*) ;;
			*) export "${line?}" ;;
		esac
	done <"$work/environment"
	export BUILDKIT_HOST="unix://$socket"
}

# Copies a file that grows for as long as that process is there. BuildKit ends a build whose log is read
# three seconds too late; where the builder's environment lifts its limits of logs (2 MiB a step), what
# cannot be sent at once waits in a file.
follow() {
	while kill -0 "$1" 2>/dev/null; do
		cat
		sleep 0.1
	done
	cat
}

# docker waits two seconds, no longer, for what is on its way from a command that ended: who reads slowly
# would miss the end. So this waits until the client has all, and ends its input. What a short build says
# fits into docker's buffers.
await_client() {
	case " $wanted " in
		*' output '*) [ $result != 0 ] || echo "$marker end" ;;
		*' end '*)
			read -r now _ </proc/uptime
			[ "$log" ] || [ $((${now%.*} - ${began%.*})) -gt 1 ] || return 0
			;;
		*) return 0 ;;
	esac
	: >"$work/done"
	say end $result
	wait $watch
}

# say_file WORD DIGEST: a JSON document of the content store, by its digest without `sha256:`.
say_file() {
	for blob in /var/lib/buildkit/*/content/blobs/sha256/"$2"; do
		[ ! -f "$blob" ] || say_json "$1" "$blob"
	done
}

# The image's documents, by the names their digests have in the metadata.
say_image() {
	sed -n 's/.*"containerimage\.digest": "sha256:\([0-9a-f]*\)".*/image-manifest \1/p
		s/.*"containerimage\.config\.digest": "sha256:\([0-9a-f]*\)".*/image-config \1/p' "$work/metadata" |
		while read -r word digest; do
			say_file "$word" "$digest"
		done
}

# The provenance that BuildKit wrote down of this build, one for each platform where there are several.
say_provenance() {
	attestations='{{range .Attestations}}{{$type := index .Annotations "in-toto.io/predicate-type"}}{{$p}} {{.Digest}} {{$type}}{{"\n"}}{{end}}'
	buildctl debug histories --format "{{with .Record}}{{if eq .Ref \"$(cat "$work/ref")\"}}{{\$p := \"-\"}}{{with .Result}}$attestations{{end}}{{range \$p, \$r := .Results}}{{with \$r}}$attestations{{end}}{{end}}{{end}}{{end}}" |
		while read -r platform digest type; do
			case $type in https://slsa.dev/provenance/*) say_file "provenance $platform $type" "${digest#sha256:}" ;; esac
		done
}

# What lies in the staging folder, in the order of names; a cache as an archive of what the client lacks.
send_staged() {
	for output in "$staging"/*; do
		if [ -d "$output" ]; then
			have=$memory/${output##*/}.have
			[ ! -s "$have" ] || (cd "$output" && xargs rm -f -- <"$have")
			rm -rf "$output/ingest" "$output"/*.lock
			tar c -f "$output.tar" -C "$output" . || return 1
			rm -rf "$output"
			output=$output.tar
		fi
		wc -c <"$output" && cat "$output" || return 1
		rm -f "$output"
	done
}

end_sender() {
	pkill -P "$(cat "$work/sender")"
	kill "$(cat "$work/sender")"
}

# BuildKit keeps one copy of all contexts, since buildctl gives its session no key, and compares files by size
# and time alone: a file of another context may pass for one of this context. So that copy is emptied first,
# by a build of nothing, unless this context was the last to be there.
last=/var/lib/buildkit/berth/last-context
share_copy() {
	! first_line "$last" || [ "$line" != "$slot" ] || return 0
	nothing=$(mktemp -d) && mkdir "$nothing/c" && printf 'FROM scratch\nCOPY . /\n' >"$nothing/Dockerfile" || exit 96
	# With one file: of a new copy that was empty once, BuildKit computes other checksums from then on.
	: >"$nothing/c/.berth-$slot"
	buildctl build --frontend dockerfile.v0 --local context="$nothing/c" --local dockerfile="$nothing" \
		--progress=plain >/dev/null 2>&1 </dev/null || :
	rm -rf "$nothing"
	echo "$slot" >"$last"
}

# Whatever happens, this goes; $filling is a slot that is not complete.
filling='' work='' helper=''
clean() {
	[ ! "$memory" ] || rm -rf "$memory"
	[ ! "$staging" ] || rm -rf "$staging"
	[ ! "$helper" ] || rm -rf "$helper"
	[ ! "$filling" ] || rm -rf "$filling"
	[ ! "$work" ] || rm -rf "$work" "$contexts/$slot/use.$me"
}

say start
trap clean EXIT
[ "$id" != - ] || read -r id || exit 96
if [ "$bound" ]; then
	sees_folder || exit 93
	work=$(mktemp -d) && take_environment || exit 96
fi
if [ "$memory" ]; then
	[ "$(stat -f -c %T /dev/shm)" = tmpfs ] || exit 95
	(umask 077 && mkdir "$memory") && stream "$memory/whole" | tar x -C "$memory" &&
		[ -e "$memory/whole" ] || exit 96
	# shellcheck disable=SC1091
	[ ! -e "$memory/environment" ] || . "$memory/environment"
	if [ -e "$memory/config.json" ]; then
		# The helper itself is no secret; programs cannot be run from /dev/shm.
		helper=$(mktemp -d)
		mv "$memory/docker-credential-berth" "$helper"
		export BERTH_MARKER="$marker" BERTH_OWNER=$$ BERTH_ANSWERS="$memory"
		export DOCKER_CONFIG="$memory" PATH="$helper:$PATH"
	fi
fi
if [ "$bound" ]; then
	cd "$work" && stream whole | tar x && [ -e whole ] && ln -s "$folder" c || exit 96
	slot=${contexts##*/}
else
	if [ "$slot" ]; then
		(cd "$contexts" && prune) 2>/dev/null
		take
		filling=$contexts/$slot
		fill || exit 96
		filling=''
		prune_others
	else
		cd "$contexts" 2>/dev/null || exit 98
		find_slot || { offer; exit 98; }
	fi
	work=$(mktemp -d)
	cd "$slot" || exit 96
	touch id & # it was the last to be used
fi
[ ! "$staging" ] || mkdir "$staging" || exit 96

case " $* " in *' --local context=c '*) share_copy ;; esac

# Where there are but two processors, buildkitd needs the other one: with many files buildctl is quicker on
# one than on both, by an eighth.
first_line /sys/devices/system/cpu/online
case $line in 0 | 0-1) export GOMAXPROCS="${GOMAXPROCS:-1}" ;; esac

# docker passes no signal on; but the input ends when the client cancels, or is gone. Until then it may
# bring credentials that were asked for: a number and the answer. Who sends to a client that is gone waits
# for ever, and so is ended too.
exec 3<&0
read -r began _ </proc/uptime
set -- "$@" --metadata-file "$work/metadata" --ref-file "$work/ref"
log=''
if [ "${BUILDKIT_STEP_LOG_MAX_SIZE:-}${BUILDKIT_STEP_LOG_MAX_SPEED:-}" ]; then
	log=$work/log
	: >"$log"
	"$@" 3<&- 2>>"$log" &
else
	"$@" 3<&- &
fi
build=$!
[ ! "$log" ] || { follow $build <"$log" >&2 3<&- & }
follower=$!
{
	while read -r number answer; do
		(umask 077 && echo "$answer" >"$memory/$number.new") && mv "$memory/$number.new" "$memory/$number"
	done
	: >"$work/over"
	[ ! -e "$work/done" ] || exit
	kill -TERM $build
	[ ! "$log" ] || { pkill -P $follower; kill $follower; }
	[ ! -e "$work/sender" ] || end_sender
} <&3 >/dev/null 2>&1 &
watch=$!
wait $build
result=$?
[ ! "$log" ] || wait $follower
if [ $result = 0 ] && [ "$staging" ]; then
	send_staged &
	sender=$!
	echo $sender >"$work/sender"
	[ ! -e "$work/over" ] || end_sender
	wait $sender || exit 94
fi

! first_line "$work/ref" || say ref "$line"
if [ $result = 0 ] && [ -s "$work/metadata" ]; then
	say_json metadata "$work/metadata"
	case " $wanted " in *' image '*) say_image ;; esac
fi
if [ $result = 0 ] && [ -s "$work/ref" ]; then
	case " $wanted " in *' provenance '*) say_provenance ;; esac
fi
await_client
kill $watch 2>/dev/null
exit $result
