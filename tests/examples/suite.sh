#!/bin/sh
# SPDX-License-Identifier: MIT-0
# A test suite for scripts, for copying: the simulated host is a program, curl talks to its control
# API, and what is tested calls hyperv.
#
#   hyperv-sim --control 127.0.0.1:0 --quiet -- ./suite.sh
#
# What is printed is TAP.
set -u

# What is tested. Here it would be your script.
ensure_running () {
  case $(hyperv -o json info "$1") in
    *'"state" : "running"'* | *'"state":"running"'*) ;;
    *) hyperv start "$1" ;;
  esac
}

# METHOD PATH [JSON]: a call of the control API; false when the answer is a refusal.
api () {
  curl -sf -o answer.json -X "$1" ${3+--data "$3"} "$HYPERV_SIM_CONTROL$2"
}

starts_what_is_off () {
  ensure_running db01 &&
    api GET /vms/db01 && grep -q '"state":"running"' answer.json &&
    api POST /journal/expect '{"method": "RequestStateChange", "exactly": 1}'
}

leaves_alone_what_runs () {
  api POST /vms/db01/state '{"state": "running"}' &&
    ensure_running db01 &&
    api POST /journal/expect '{"operation": "Invoke", "exactly": 0}'
}

tells_that_the_disk_is_full () {
  api POST /failures '{"filter": "cause", "cause": "disk-full", "method": "RequestStateChange"}' ||
    return 1
  ensure_running db01 2>errors.txt
  [ $? -eq 7 ] && grep -q 'not enough space' errors.txt &&
    api GET /vms/db01 && grep -q '"state":"off"' answer.json
}

does_not_start_twice () {
  api POST /failures '{"filter": "lost-reply", "method": "RequestStateChange", "count": 1}' ||
    return 1
  ensure_running db01 2>errors.txt
  [ $? -eq 4 ] &&
    api POST /clock/run '{}' &&
    ensure_running db01 &&
    api POST /journal/expect '{"method": "RequestStateChange", "exactly": 1}'
}

scratch=$(mktemp -d) && cd "$scratch" || exit 1
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0
for name in starts_what_is_off leaves_alone_what_runs tells_that_the_disk_is_full \
    does_not_start_twice; do
  number=$((number + 1))
  if api POST /reset '{}' && "$name" >output.txt && api POST /leaks/none '{}'; then
    echo "ok $number $name"
  else
    echo "not ok $number $name"
    failed=1
  fi
done
echo "1..$number"
exit $failed
