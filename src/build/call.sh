# Runs buildctl, which is told to look at a Dockerfile, and writes the builder's side of its connection
# to standard output: buildctl prints the text of an answer alone, and the answer has more (call_record.hpp).
# buildctl reaches a builder in a container by the words `docker exec -i NAME buildctl dial-stdio`, so a
# program of that name can pass the connection on and keep what comes. Written for BusyBox's sh and tools.
# shellcheck shell=dash
work=$(mktemp -d) || exit 96
# What is kept is written first: buildctl may end the connection as soon as it has its answer.
cat >"$work/docker" <<-END
	#!/bin/sh
	buildctl dial-stdio | tee /dev/fd/3 3>&1 >>"$work/record"
END
chmod +x "$work/docker"
shift # buildctl
PATH="$work:$PATH" buildctl --addr docker-container://berth "$@" >/dev/null &
command=$!
trap 'kill -TERM $command' TERM
wait $command
result=$?
[ $result -le 128 ] || { wait $command; result=$?; }
[ $result != 0 ] || cat "$work/record"
rm -rf "$work"
exit $result
