#!/bin/sh
echo "Hello from an image that berth built."
cat /usr/share/timetable.txt
