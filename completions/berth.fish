# SPDX-License-Identifier: Apache-2.0
# fish completion for berth: install it as `berth.fish` in a directory of $fish_complete_path.
# `berth __complete` computes the candidates; this passes them on.

function __berth_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] "$last" 2>/dev/null)
    set -l directive 0
    set -l before ''
    set -l value $last
    # For `--file=Docker` berth returns only the value.
    if string match -qr -- '^--[^=]*=' $last
        set before (string match -r -- '^--[^=]*=' $last)
        set value (string replace -r -- '^--[^=]*=' '' $last)
    end
    set -l count 0
    for line in $lines
        if string match -qr '^:\d+$' -- $line
            set directive (string sub -s 2 -- $line)
        else
            set count (math $count + 1)
            printf '%s%s\n' $before $line
        end
    end
    if test $count -eq 0
        if test (math "bitand($directive, 16)") -ne 0
            printf '%s\n' $before(__fish_complete_directories "$value" '')
        else if test (math "bitand($directive, 4)") -eq 0
            printf '%s\n' $before(__fish_complete_path "$value" '')
        end
    end
end

complete -c berth -f -k -a '(__berth_complete)'
