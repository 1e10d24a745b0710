BEGIN { FS = "," }
NR > 1 { printf "%-10s berth %d  %02d:00\n", $1, $2, $3 }
END { printf "%d ships today\n", NR - 1 }
