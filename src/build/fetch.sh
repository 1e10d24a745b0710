# Runs buildctl with a definition that comes in base64, and writes the file Dockerfile of what it made to
# standard output, at most as many bytes as the second word says (remote_dockerfile.hpp). Written for
# BusyBox's sh and tools.
# shellcheck shell=dash
work=$(mktemp -d) || exit 96
echo "$1" | base64 -d >"$work/definition"
limit=$2
shift 2
"$@" --output "type=local,dest=$work/out" <"$work/definition" >&2 &
command=$!
trap 'kill -TERM $command' TERM
wait $command
result=$?
[ $result -le 128 ] || { wait $command; result=$?; }
[ $result != 0 ] || head -c "$limit" "$work/out/Dockerfile"
rm -rf "$work"
exit $result
