# Serves one file by HTTP inside the builder while a command runs: the context that came as an archive,
# which BuildKit unpacks with its owners as it does one from the web. The address in the command's
# words, http://127.0.0.1:BERTH-PORT/SECRET/NAME, gets a free port; who does not know the secret gets
# nothing. Written for BusyBox's sh and nc.
# shellcheck shell=dash
file=$1
shift
work=$(mktemp -d)
for word; do
	case $word in
		context=http://127.0.0.1:BERTH-PORT/*) path=/${word#context=http://127.0.0.1:BERTH-PORT/} ;;
	esac
done
cat >"$work/answer" <<-END
	read -r method path rest
	while read -r line && [ "\${line%?}" ]; do :; done
	if [ "\$path" = "$path" ]; then
		printf 'HTTP/1.1 200 OK\r\nContent-Length: %s\r\nConnection: close\r\n\r\n' $(wc -c <"$file")
		[ "\$method" != GET ] || cat "$PWD/$file"
	else
		printf 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
	fi
END

serve() {
	while :; do
		nc -l -p "$1" -e sh "$work/answer" || exit
	done
}
port=$((20000 + ($$ * 7919 + $(date +%s)) % 12000))
for _ in 1 2 3 4 5 6 7 8 9; do
	port=$((port + 1))
	serve $port >/dev/null 2>&1 &
	server=$!
	sleep 0.1
	kill -0 $server 2>/dev/null && break
done

for word; do
	shift
	case $word in
		context=http://127.0.0.1:BERTH-PORT/*) word=context=http://127.0.0.1:$port$path ;;
	esac
	set -- "$@" "$word"
done
"$@" &
command=$!
trap 'kill -TERM $command' TERM
wait $command
result=$?
[ $result -le 128 ] || { wait $command; result=$?; }
kill "$server" 2>/dev/null
# The one that waits for a connection, below the loop.
for process in /proc/[0-9]*; do
	case $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null) in
		"nc -l -p $port "*) kill "${process#/proc/}" ;;
	esac
done
rm -rf "$work"
exit $result
